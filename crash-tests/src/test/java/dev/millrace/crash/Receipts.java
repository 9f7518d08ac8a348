/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.crash;

import dev.millrace.internal.codec.ValueCodec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Reads the receipt ledgers by their documented format, not through the code that writes them. */
final class Receipts {
    /** The mark in the place of the number of parts when all receipts of the files before have been told again. */
    private static final int BEGUN = -2;

    private static final int MAGIC = 8;
    private static final int HEADER = 12;

    private Receipts() {}

    /** "batch 1000: 3 parts" for each receipt of each output, in the order of the ledger. */
    static SortedMap<String, List<String>> of(Path checkpoint) throws IOException {
        SortedMap<String, List<String>> receipts = new TreeMap<>();
        Path root = checkpoint.resolve("receipts");
        if (!Files.exists(root)) {
            return receipts;
        }
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                String output = file.getParent().getFileName().toString();
                List<String> known = receipts.computeIfAbsent(output, name -> new ArrayList<>());
                List<String> more = read(file);
                more.removeAll(List.copyOf(known)); // a new file begins with those of the one before
                known.addAll(more);
            }
        }
        return receipts;
    }

    private static List<String> read(Path file) throws IOException {
        List<String> receipts = new ArrayList<>();
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
        bytes.position(Math.min(MAGIC, bytes.limit()));
        boolean isHeader = true; // the first frame says whose file it is
        while (bytes.remaining() >= HEADER) {
            int length = bytes.getInt();
            bytes.getLong(); // two checksums
            if (bytes.remaining() < length) {
                break; // cut off by a kill
            }
            byte[] payload = new byte[length];
            bytes.get(payload);
            if (isHeader) {
                isHeader = false;
                continue;
            }
            List<?> fields = (List<?>) ValueCodec.builtIn().decode(payload);
            if (!fields.get(1).equals(BEGUN)) {
                receipts.add("batch " + fields.get(0) + ": " + fields.get(1) + " parts");
            }
        }
        return receipts;
    }
}
