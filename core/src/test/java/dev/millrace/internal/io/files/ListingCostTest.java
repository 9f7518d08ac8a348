/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import dev.millrace.spi.InputSlice;
import dev.millrace.spi.Source;
import dev.millrace.streaming.BatchTime;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cost of a batch of a directory in which nothing is new. */
class ListingCostTest {
    private static final int FILES = 100_000;

    /** It is 2 when all is compiled well and 3.2 before; a look at each file alone would add 4. */
    private static final double MOST = 4.5;

    @Test
    @Tag("full")
    void shouldCostAboutAsMuchAsAPlainListingWhenAllFilesWereSeen(@TempDir Path directory) throws Exception {
        for (int i = 0; i < FILES; i++) {
            Files.createFile(directory.resolve("part-" + i + ".txt"));
        }
        try (Source.Cursor<String> cursor =
                Sources.text(directory, true, new MillraceConf()).open(null)) {
            long[] time = {0};
            assertThat(cursor.next(new BatchTime(++time[0] * 1000)).positions()).hasSize(FILES + 1);
            long batch = Long.MAX_VALUE;
            long plain = Long.MAX_VALUE;
            for (int i = 0; i < 20; i++) { // in turn, so that a busy machine slows both
                batch = Math.min(batch, processorNanos(() -> {
                    InputSlice slice = cursor.next(new BatchTime(++time[0] * 1000));
                    assertThat(slice).isEqualTo(InputSlice.EMPTY);
                    return slice;
                }));
                plain = Math.min(plain, processorNanos(() -> count(directory)));
            }
            System.out.printf(
                    "a batch over %d seen files: %.1f ms; a plain listing: %.1f ms%n", FILES, batch / 1e6, plain / 1e6);
            assertThat((double) batch / plain).isLessThan(MOST);
        }
    }

    private static long count(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> !file.getFileName().toString().isEmpty())
                    .count();
        }
    }

    /** The processor time of the work: time in which another process has the processor does not count. */
    private static long processorNanos(Callable<?> work) throws Exception {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long start = threads.getCurrentThreadCpuTime();
        work.call();
        return threads.getCurrentThreadCpuTime() - start;
    }
}
