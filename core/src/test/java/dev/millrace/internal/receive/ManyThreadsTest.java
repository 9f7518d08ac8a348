/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.receive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.internal.files.LocalFileStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Many receivers and one log. */
@Timeout(60)
class ManyThreadsTest {
    private static final int THREADS = 10;
    private static final int APPENDS = 1000;

    @Test
    void shouldKeepTheOrderOfEachStreamAndLoseNothing(@TempDir Path directory) throws Exception {
        LocalFileStore store = new LocalFileStore(directory);
        ExecutorService receivers = Executors.newFixedThreadPool(THREADS);
        try (WriteAheadLog log = Blocks.open(store, 100_000)) {
            List<Future<?>> done = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                String stream = "stream" + i;
                done.add(receivers.submit(() -> {
                    List<CompletableFuture<LogPlace>> appends = new ArrayList<>();
                    for (int sequence = 0; sequence < APPENDS; sequence++) {
                        appends.add(Blocks.append(log, stream, sequence, stream + "-" + sequence));
                    }
                    return CompletableFuture.allOf(appends.toArray(CompletableFuture[]::new))
                            .get(30, TimeUnit.SECONDS);
                }));
            }
            for (Future<?> receiver : done) {
                receiver.get(60, TimeUnit.SECONDS);
            }
        } finally {
            receivers.shutdownNow();
        }
        try (WriteAheadLog log = Blocks.open(store, 100_000)) {
            List<String> found = Blocks.recovered(log);
            assertThat(found).hasSize(THREADS * APPENDS);
            for (int i = 0; i < THREADS; i++) {
                String stream = "stream" + i;
                List<String> expected = new ArrayList<>();
                for (int sequence = 0; sequence < APPENDS; sequence++) {
                    expected.add(stream + " " + sequence + " " + stream + "-" + sequence);
                }
                assertThat(found)
                        .filteredOn(block -> block.startsWith(stream + " "))
                        .isEqualTo(expected);
            }
        }
    }
}
