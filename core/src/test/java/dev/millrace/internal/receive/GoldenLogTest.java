/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.receive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Tuple2;
import dev.millrace.internal.files.LocalFileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logs that a released version wrote can be read for ever. */
class GoldenLogTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden/wal-v1");

    private static final List<BlockHeader> HEADERS = List.of(
            new BlockHeader("lines", 100, (byte) 0, 3, null),
            new BlockHeader("events", 0, (byte) 1, 7, 42L),
            new BlockHeader("lines", 101, (byte) 0, 0, null),
            new BlockHeader("events", 1, (byte) 1, 1L << 40, Map.of("partition", List.of(1, 2))),
            new BlockHeader("lines", 102, (byte) -1, 1, Tuple2.of("file", 17L)),
            new BlockHeader("events", 2, (byte) 1, 2, "position"));

    private static byte[] payload(int block) {
        byte[] bytes = new byte[block * 20];
        Arrays.fill(bytes, (byte) block);
        return bytes;
    }

    @Test
    void shouldReadALogOfVersionOneAndGoOn(@TempDir Path directory) throws Exception {
        Files.createDirectories(directory.resolve("wal"));
        try (Stream<Path> files = Files.list(GOLDEN)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.copy(
                        file,
                        directory.resolve("wal").resolve(file.getFileName().toString()));
            }
        }
        try (WriteAheadLog log = Blocks.open(new LocalFileStore(directory), Blocks.MUCH)) {
            assertThat(log.recovered()).extracting(LoggedBlock::header).isEqualTo(HEADERS.subList(0, 5));
            for (int i = 0; i < 5; i++) {
                assertThat(log.read(log.recovered().get(i).place())).isEqualTo(payload(i));
            }
            Blocks.log(log, "events", 2, "of the block that was cut off, the number comes again");
        }
        assertThat(directory.resolve("wal")).isDirectoryContaining("glob:**/0000000004");
    }

    /** Made the golden log: two runs, of which the second ended while it wrote. Not to be run again for version 1. */
    public static void main(String[] args) throws Exception {
        Path directory = Path.of(args[0]);
        for (List<Integer> life : List.of(List.of(0, 1, 2), List.of(3, 4, 5))) {
            try (WriteAheadLog log = Blocks.open(new LocalFileStore(directory), 256)) {
                for (int i : life) {
                    byte[] payload = payload(i);
                    log.append(HEADERS.get(i), payload, 0, payload.length).get();
                }
            }
        }
        List<Path> segments;
        try (Stream<Path> files = Files.list(directory.resolve("wal"))) {
            segments = files.sorted().toList();
        }
        Path last = segments.get(segments.size() - 1);
        byte[] bytes = Files.readAllBytes(last);
        Files.write(last, Arrays.copyOf(bytes, bytes.length - 30));
    }
}
