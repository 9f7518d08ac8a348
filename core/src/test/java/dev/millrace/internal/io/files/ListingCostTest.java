/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import dev.millrace.spi.InputSlice;
import dev.millrace.spi.Source;
import dev.millrace.streaming.BatchTime;
import java.io.IOException;
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
            long batch = best(() -> {
                InputSlice slice = cursor.next(new BatchTime(++time[0] * 1000));
                assertThat(slice).isEqualTo(InputSlice.EMPTY);
                return slice;
            });
            long plain = best(() -> count(directory));
            System.out.printf(
                    "a batch over %d seen files: %.1f ms; a plain listing: %.1f ms%n", FILES, batch / 1e6, plain / 1e6);
            assertThat((double) batch / plain).isLessThan(3);
        }
    }

    private static long count(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> !file.getFileName().toString().isEmpty())
                    .count();
        }
    }

    private static long best(Callable<?> work) throws Exception {
        long best = Long.MAX_VALUE;
        for (int i = 0; i < 20; i++) {
            long start = System.nanoTime();
            work.call();
            best = Math.min(best, System.nanoTime() - start);
        }
        return best;
    }
}
