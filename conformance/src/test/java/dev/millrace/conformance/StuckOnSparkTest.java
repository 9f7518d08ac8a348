/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import dev.millrace.rdd.RDD;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StopResult;
import dev.millrace.streaming.StreamingContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A stop on Spark while one of its tasks ignores every interrupt. */
@Timeout(120)
@ExtendWith(SparkHeldOpen.class)
class StuckOnSparkTest {
    private static final CountDownLatch REACHED = new CountDownLatch(1);
    private static final CountDownLatch RELEASED = new CountDownLatch(1);

    @TempDir
    private Path root;

    private static int hang(int number) {
        REACHED.countDown();
        while (RELEASED.getCount() > 0) {
            try {
                RELEASED.await();
            } catch (InterruptedException e) {
                // it hangs
            }
        }
        return number;
    }

    private StreamingContext program(boolean hangs) {
        MillraceConf conf = new MillraceConf().setMaster(SparkHeldOpen.MASTER);
        StreamingContext ssc = new StreamingContext(conf, Durations.milliseconds(20));
        ssc.checkpoint(root.resolve("checkpoint").toString());
        Queue<RDD<Integer>> queue =
                new ArrayDeque<>(List.of(ssc.millraceContext().parallelize(List.of(1, 2), 1)));
        ssc.queueStream(queue)
                .named("numbers")
                .map(number -> hangs ? hang(number) : number)
                .to(StreamingContext.textFiles(root.resolve("out").toString()))
                .named("out");
        return ssc;
    }

    @Test
    void shouldStopByItsDeadlineAndStartAgainBesideTheTask() throws Exception {
        StreamingContext first = program(true);
        first.start();
        REACHED.await();
        assertThat(first.stop(Duration.ofMillis(50))).isEqualTo(StopResult.ROLLED_BACK);
        StreamingContext second = program(false);
        second.runAvailable();
        second.stop(true, true);
        RELEASED.countDown();
        try (var published = Files.walk(root.resolve("out"))) {
            assertThat(published.filter(path -> path.getFileName().toString().equals("part-00000")))
                    .allSatisfy(part -> assertThat(Files.readAllLines(part)).containsExactly("1", "2"))
                    .hasSizeGreaterThanOrEqualTo(1);
        }
    }
}
