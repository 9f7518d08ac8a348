/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.crash;

import dev.millrace.internal.codec.ValueCodec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Reads the receipts by their documented format, not through the code that writes them. */
final class Receipts {
    private static final int MAGIC = 8;
    private static final int HEADER = 12;
    private static final int MARK = 4;

    private Receipts() {}

    /** "batch 1000: 3 parts" for each receipt of each output, in the order of the log. */
    static SortedMap<String, List<String>> of(Path checkpoint) throws IOException {
        SortedMap<String, List<String>> receipts = new TreeMap<>();
        Path root = checkpoint.resolve("receipts");
        if (!Files.exists(root)) {
            return receipts;
        }
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                SortedMap<String, List<String>> more = read(file);
                more.forEach((output, lines) -> {
                    List<String> known = receipts.computeIfAbsent(output, name -> new ArrayList<>());
                    lines.removeAll(List.copyOf(known)); // a new file begins with those of the one before
                    known.addAll(lines);
                });
            }
        }
        return receipts;
    }

    private static SortedMap<String, List<String>> read(Path file) throws IOException {
        SortedMap<String, List<String>> receipts = new TreeMap<>();
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
        bytes.position(Math.min(MAGIC, bytes.limit()));
        boolean isHeader = true; // the first frame says whose file it is
        while (bytes.remaining() >= HEADER) {
            int length = bytes.getInt();
            bytes.getLong(); // two checksums
            if (bytes.remaining() < length) {
                break; // cut off by a kill
            }
            byte[] payload = new byte[length - MARK];
            bytes.get(payload);
            bytes.getInt(); // the mark
            if (isHeader) {
                isHeader = false;
                continue;
            }
            List<?> fields = (List<?>) ValueCodec.builtIn().decode(payload);
            ((Map<?, ?>) fields.get(1)).forEach((output, batches) -> {
                List<String> lines = receipts.computeIfAbsent((String) output, name -> new ArrayList<>());
                ((Map<?, ?>) batches).forEach((time, parts) -> lines.add("batch " + time + ": " + parts + " parts"));
            });
        }
        return receipts;
    }
}
