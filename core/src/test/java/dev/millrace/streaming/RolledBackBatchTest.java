/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import dev.millrace.internal.files.LocalFileStore;
import dev.millrace.internal.owner.Ownership;
import dev.millrace.internal.owner.Revocation;
import dev.millrace.rdd.RDD;
import dev.millrace.spi.FileStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RolledBackBatchTest {
    @TempDir
    private Path root;

    @Test
    void shouldLeaveNothingStagedWhenABatchIsRolledBack() throws Exception {
        rollABatchBack(() -> {});
        assertThat(filesIn(root.resolve("output"))).isEmpty();
    }

    @Test
    void shouldLeaveToItsSuccessorWhatIsStagedWhenItWasFenced() throws Exception {
        FileStore store = new LocalFileStore(root.resolve("checkpoint"));
        rollABatchBack(() -> Ownership.claim(store, true, "", new Revocation()).close());
        assertThat(filesIn(root.resolve("output"))).hasSize(1);
    }

    private interface Meanwhile {
        void happens() throws IOException;
    }

    private void rollABatchBack(Meanwhile what) throws Exception {
        CountDownLatch staged = new CountDownLatch(1);
        Path output = root.resolve("output");
        try (StreamingContext streaming =
                new StreamingContext(new MillraceConf().setMaster("local[1]"), Duration.ofMillis(10))) {
            streaming.checkpoint(root.resolve("checkpoint").toString());
            Queue<RDD<Integer>> queue =
                    new ArrayDeque<>(List.of(streaming.millraceContext().parallelize(List.of(1))));
            DStream<Integer> numbers = streaming.queueStream(queue).named("numbers");
            numbers.to(StreamingContext.textFiles(output.toString())).named("text");
            numbers.foreachRDD("endless", rdd -> {
                staged.countDown();
                new CountDownLatch(1).await();
            });
            streaming.start();
            staged.await();
            what.happens();
            assertThat(streaming.stop(Duration.ZERO)).isEqualTo(StopResult.ROLLED_BACK);
        }
    }

    private static List<Path> filesIn(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }
}
