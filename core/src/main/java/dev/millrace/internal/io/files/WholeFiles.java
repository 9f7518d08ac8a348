/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.files;

import dev.millrace.Tuple2;
import dev.millrace.function.Function;
import dev.millrace.internal.io.MalformedInput;
import dev.millrace.internal.io.Utf8;
import dev.millrace.rdd.PortableDataStream;
import dev.millrace.spi.PartitionedSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** Files as one record each: its path, and what a function makes of it. */
public final class WholeFiles<T> implements PartitionedSource<Tuple2<String, T>> {
    private final List<List<String>> partitions;
    private final Function<String, T> content;

    private WholeFiles(List<Path> files, int partitions, Function<String, T> content) {
        this.content = content;
        int count = Math.min(Math.max(1, partitions), files.size());
        this.partitions = new ArrayList<>();
        for (int p = 0; p < count; p++) {
            int from = (int) ((long) files.size() * p / count);
            int until = (int) ((long) files.size() * (p + 1) / count);
            this.partitions.add(
                    files.subList(from, until).stream().map(FilePaths::text).toList());
        }
    }

    /** Their content as text, which is UTF-8; of a name that ends in {@code .gz} it is decompressed. */
    public static WholeFiles<String> texts(List<Path> files, int partitions, MalformedInput malformed) {
        return new WholeFiles<>(files, partitions, file -> text(file, malformed));
    }

    /** Streams of their bytes, which the program opens. */
    public static WholeFiles<PortableDataStream> streams(List<Path> files, int partitions) {
        return new WholeFiles<>(files, partitions, PortableDataStream::new);
    }

    private static String text(String file, MalformedInput malformed) throws IOException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(FilePaths.of(file));
                InputStream plain = file.endsWith(".gz") ? new GZIPInputStream(in) : in) {
            bytes = plain.readAllBytes();
        }
        int bad = malformed.replaces() ? -1 : Utf8.firstMalformed(bytes, 0, bytes.length);
        if (bad >= 0) {
            malformed.refuse(
                    "file " + file + " byte " + bad,
                    bytes,
                    "the byte is not UTF-8 here",
                    "save the file as UTF-8 text, read it by binaryFiles" + MalformedInput.orSet("replace"));
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public int partitions() {
        return partitions.size();
    }

    @Override
    public Iterator<Tuple2<String, T>> read(int partition) {
        Iterator<String> files = partitions.get(partition).iterator();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return files.hasNext();
            }

            @Override
            public Tuple2<String, T> next() {
                String file = files.next();
                try {
                    return Tuple2.of(file, content.call(file));
                } catch (RuntimeException e) {
                    throw e;
                } catch (Exception e) {
                    throw new dev.millrace.error.MillraceException("file " + file + " cannot be read: " + e, e);
                }
            }
        };
    }
}
