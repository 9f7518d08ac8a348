/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.MillraceConf;
import dev.millrace.error.BatchFailedException;
import dev.millrace.spi.InputSlice;
import dev.millrace.spi.PartitionedSource;
import dev.millrace.spi.Source;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An Error of a source ended the driver loop unheard: awaitTermination() waited for ever. */
class ErrorsOfSourcesTest {
    private static class Broken implements Source<String>, Source.Cursor<String> {
        @Override
        public String description() {
            return "broken";
        }

        @Override
        public Cursor<String> open(Map<Object, Object> position) {
            return this;
        }

        @Override
        public InputSlice next(BatchTime batch) throws InterruptedException {
            throw new NoClassDefFoundError("com/example/Client");
        }

        @Override
        public PartitionedSource<String> read(InputSlice slice) {
            throw new IllegalStateException();
        }

        @Override
        public void close() {}
    }

    private static StreamingContext program() {
        StreamingContext ssc =
                new StreamingContext(new MillraceConf().setMaster("local[1]"), Durations.milliseconds(20));
        ssc.from(new Broken()).foreachRDD(rdd -> rdd.count());
        return ssc;
    }

    @Test
    @Timeout(30)
    void shouldEndWithTheFailureWhenASourceThrowsAnError() {
        try (StreamingContext ssc = program()) {
            ssc.start();
            assertThatThrownBy(ssc::awaitTermination)
                    .isInstanceOf(BatchFailedException.class)
                    .hasMessageContaining("com/example/Client");
        }
    }

    /** The batch that was not planned was counted off the one that ran, and files were closed under it. */
    @Test
    @Timeout(30)
    void shouldLetTheRunningBatchEndWhenTheNextCannotBePlanned() throws InterruptedException {
        CountDownLatch broken = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch running = new CountDownLatch(1);
        Source<String> source = new Broken() {
            private boolean asked;

            @Override
            public InputSlice next(BatchTime batch) throws InterruptedException {
                if (asked) {
                    running.await(); // a batch that only waits would be dropped
                    broken.countDown();
                    throw new IllegalStateException("gone");
                }
                asked = true;
                return InputSlice.EMPTY;
            }
        };
        Duration interval = Durations.milliseconds(100); // so that the next is planned while one runs
        try (StreamingContext ssc = new StreamingContext(new MillraceConf().setMaster("local[1]"), interval)) {
            ssc.from(source).foreachRDD(rdd -> {
                running.countDown();
                go.await();
            });
            ssc.start();
            broken.await();
            assertThat(ssc.awaitTerminationOrTimeout(200)).isFalse();
            go.countDown();
            assertThatThrownBy(ssc::awaitTermination).hasMessageContaining("gone");
        }
    }

    @Test
    void shouldStopInVirtualTimeToo() {
        try (StreamingContext ssc = program()) {
            assertThatThrownBy(() -> ssc.runBatches(1))
                    .isInstanceOf(BatchFailedException.class)
                    .hasMessage("batch 20 ms failed: its input could not be planned: com/example/Client");
            assertThat(ssc.getState()).isEqualTo(StreamingContextState.STOPPED);
        }
    }

    /** Everything that is closed after that source was left open, so the checkpoint was in use by its own process for ever. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldCloseTheRestWhenASourceThrowsAnErrorAsItIsClosed(boolean virtual, @TempDir Path directory) {
        Source<String> source = new Broken() {
            @Override
            public InputSlice next(BatchTime batch) {
                return InputSlice.EMPTY;
            }

            @Override
            public void close() {
                throw new NoClassDefFoundError("com/example/Client");
            }
        };
        for (int life = 1; life <= 2; life++) {
            StreamingContext ssc =
                    new StreamingContext(new MillraceConf().setMaster("local[1]"), Durations.milliseconds(20));
            ssc.checkpoint(directory.toString());
            ssc.from(source).named("input").foreachRDD(rdd -> rdd.count()).named("count");
            if (virtual) {
                ssc.runBatches(1);
            } else {
                ssc.start();
            }
            assertThat(ssc.stop(Duration.ofSeconds(20))).isEqualTo(StopResult.ROLLED_BACK);
            assertThat(ssc.failure())
                    .get()
                    .extracting(Throwable::getMessage)
                    .isEqualTo("the context could not be closed: com/example/Client");
        }
    }
}
