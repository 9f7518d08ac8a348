/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.internal;

import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.lineage.StableHash;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Asks another process, with the same class path, for the hashes of keys. */
final class HashesElsewhere {
    private HashesElsewhere() {}

    /**
     * The hashes of the keys in each encoded list.
     *
     * @param types what the codec needs to read them
     */
    static List<List<Integer>> of(List<byte[]> keys, List<Class<?>> types) {
        try {
            return ask(keys, types);
        } catch (IOException e) {
            throw new UncheckedIOException("no other process could be asked for the hashes of keys", e);
        }
    }

    private static List<List<Integer>> ask(List<byte[]> keys, List<Class<?>> types) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classPath(),
                HashesElsewhere.class.getName()));
        types.forEach(type -> command.add(type.getName()));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (DataOutputStream out = new DataOutputStream(process.getOutputStream())) {
            out.writeInt(keys.size());
            for (byte[] list : keys) {
                out.writeInt(list.length);
                out.write(list);
            }
            out.flush();
            return read(new DataInputStream(process.getInputStream()), keys.size());
        } finally {
            process.destroy();
        }
    }

    private static String classPath() {
        return Stream.of("java.class.path", "jdk.module.path")
                .map(key -> System.getProperty(key, ""))
                .filter(path -> !path.isEmpty())
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static List<List<Integer>> read(DataInputStream in, int lists) throws IOException {
        List<List<Integer>> all = new ArrayList<>();
        for (int list = 0; list < lists; list++) {
            List<Integer> hashes = new ArrayList<>();
            for (int left = in.readInt(); left > 0; left--) {
                hashes.add(in.readInt());
            }
            all.add(hashes);
        }
        return all;
    }

    /** The other process: lists of keys come in, their hashes go out. */
    public static void main(String[] types) throws IOException, ClassNotFoundException {
        DataOutputStream out = new DataOutputStream(System.out);
        System.setOut(new PrintStream(System.err)); // what classes print that are loaded
        List<Class<?>> declared = new ArrayList<>();
        for (String type : types) {
            declared.add(Class.forName(type));
        }
        ValueCodec codec = new ValueCodec(declared);
        DataInputStream in = new DataInputStream(System.in);
        for (int left = in.readInt(); left > 0; left--) {
            List<?> keys = (List<?>) Objects.requireNonNull(codec.decode(in.readNBytes(in.readInt())));
            out.writeInt(keys.size());
            for (Object key : keys) {
                out.writeInt(StableHash.of(key));
            }
        }
        out.flush();
    }
}
