/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.CapturedLog;
import dev.millrace.MillraceConf;
import dev.millrace.Programs;
import dev.millrace.error.CheckpointException;
import dev.millrace.spi.OutputBatch;
import dev.millrace.spi.TransactionalOutput;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A roll back while an output of a stopped program still publishes a batch that is decided. What it publishes after the roll
 * back nobody would take back, since the next run of the batch has a receipt of its own.
 */
@Timeout(120)
class RollbackBesideStuckCodeTest {
    private static final BatchTime FIRST = new BatchTime(1000);
    private static final BatchTime STUCK = new BatchTime(2000);

    @TempDir
    private Path directory;

    private final Sink sink = new Sink();

    /** Rows with receipts; only a receipt of the same run keeps a writer out. */
    private static final class Sink implements TransactionalOutput<String> {
        private final Map<OutputBatch, List<String>> batches = new LinkedHashMap<>();

        /** A program's own way to it. */
        TransactionalOutput<String> through(Runnable beforeCommit) {
            Sink sink = this;
            return new TransactionalOutput<>() {
                @Override
                public boolean isPublished(OutputBatch batch) {
                    return sink.isPublished(batch);
                }

                @Override
                public void write(OutputBatch batch, Iterator<String> records) {
                    List<String> rows = new ArrayList<>();
                    records.forEachRemaining(rows::add);
                    if (batch.time().equals(STUCK)) {
                        beforeCommit.run();
                    }
                    sink.write(batch, rows.iterator());
                }

                @Override
                public void retract(OutputBatch batch) {
                    sink.retract(batch);
                }

                @Override
                public List<OutputBatch> receipts(String outputName, BatchTime after) {
                    return sink.receipts(outputName, after);
                }
            };
        }

        @Override
        public synchronized boolean isPublished(OutputBatch batch) {
            return batches.containsKey(batch);
        }

        @Override
        public synchronized void write(OutputBatch batch, Iterator<String> records) {
            List<String> rows = new ArrayList<>();
            records.forEachRemaining(rows::add);
            if (batches.putIfAbsent(batch, rows) != null) {
                throw new IllegalStateException("a second writer of batch " + batch.time());
            }
        }

        @Override
        public synchronized void retract(OutputBatch batch) {
            batches.keySet()
                    .removeIf(written -> written.time().equals(batch.time()) && written.epoch() <= batch.epoch());
        }

        @Override
        public synchronized List<OutputBatch> receipts(String outputName, BatchTime after) {
            return batches.keySet().stream()
                    .filter(written -> written.time().isAfter(after))
                    .toList();
        }

        synchronized List<String> rows() {
            return batches.values().stream().flatMap(List::stream).sorted().toList();
        }
    }

    private Path checkpoint() {
        return directory.resolve("checkpoint");
    }

    private StreamingContext program(Runnable beforeCommit) {
        return program(beforeCommit, () -> {});
    }

    private StreamingContext program(Runnable beforeCommit, Runnable inThirdBatch) {
        MillraceConf conf = new MillraceConf()
                .setMaster("local[2]")
                .setAppName("orders")
                .set("millrace.streaming.stopGrace", "100ms");
        StreamingContext ssc = new StreamingContext(conf, Durations.seconds(1));
        ssc.checkpoint(checkpoint().toString());
        Programs.batches(ssc, List.of("a"), List.of("b"), List.of("c"))
                .named("words")
                .map(word -> {
                    if (word.equals("c")) {
                        inThirdBatch.run();
                    }
                    return word;
                })
                .to(sink.through(beforeCommit))
                .named("rows");
        return ssc;
    }

    /** Code that tells when it is reached, and hangs. */
    private static Runnable hanging(CountDownLatch reached, CountDownLatch released) {
        return () -> {
            reached.countDown();
            while (released.getCount() > 0) {
                try {
                    released.await();
                } catch (InterruptedException e) {
                    // it hangs
                }
            }
        };
    }

    private static Thread beside(Runnable batches) {
        Thread thread = new Thread(batches);
        thread.setUncaughtExceptionHandler((failed, failure) -> {}); // a run that is left behind ends so
        thread.start();
        return thread;
    }

    /** Runs a program whose second batch hangs where it is published, and stops it. */
    private Thread leaveBehind(CountDownLatch released) throws Exception {
        CountDownLatch reached = new CountDownLatch(1);
        StreamingContext ssc = program(hanging(reached, released));
        Thread stuck = beside(() -> ssc.runBatches(3));
        reached.await();
        try (CapturedLog log = new CapturedLog("dev.millrace.streaming")) {
            assertThat(ssc.stop(Duration.ofMillis(10))).isEqualTo(StopResult.DECIDED);
            assertThat(log.messages())
                    .anyMatch(line -> line.contains("publishes what is not published. Until this code has ended, a roll"
                            + " back to before this batch is refused.\n"));
        }
        return stuck;
    }

    private void runOn(int batches) {
        try (StreamingContext ssc = program(() -> {})) {
            ssc.runBatches(batches);
        }
    }

    private String refusal(String owner) throws Exception {
        String since = Files.readAllLines(checkpoint().resolve("owners").resolve(owner))
                .get(5);
        return "the checkpoint " + checkpoint() + " cannot be taken back to batch 1000 ms: code of the context"
                + " \"orders\" of this process " + since
                + " has not ended and may still publish batch 2000 ms of [rows], which nobody would take back; wait until"
                + " that code has ended, or end this process, then roll back";
    }

    private void mustRefuse() throws Exception {
        mustRefuse("0000000001");
    }

    private void mustRefuse(String owner) throws Exception {
        assertThat(CheckpointRollback.plan(checkpoint(), FIRST).refusal()).isEqualTo(refusal(owner));
        assertThat(CheckpointRollback.plan(checkpoint(), STUCK).refusal()).isNull();
        assertThatThrownBy(() -> CheckpointRollback.carryOut(checkpoint(), FIRST))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(refusal(owner));
    }

    @Test
    void shouldRefuseUntilTheCodeThatPublishesHasEnded() throws Exception {
        CountDownLatch released = new CountDownLatch(1);
        Thread stuck = leaveBehind(released);
        mustRefuse();
        assertThat(CheckpointInfo.read(checkpoint()).kept()).containsExactly(FIRST, STUCK);
        mustRefuse();
        released.countDown();
        stuck.join();
        assertThat(CheckpointRollback.carryOut(checkpoint(), FIRST).again()).containsExactly(STUCK);
        runOn(2);
        assertThat(sink.rows()).containsExactly("a", "b", "c");
    }

    @Test
    void shouldLetASuccessorPublishAndGoBackToBatchesBehind() throws Exception {
        CountDownLatch released = new CountDownLatch(1);
        Thread stuck = leaveBehind(released);
        runOn(1);
        assertThat(sink.rows()).containsExactly("a", "b", "c");
        mustRefuse();
        assertThat(CheckpointRollback.carryOut(checkpoint(), STUCK).again()).containsExactly(new BatchTime(3000));
        runOn(0);
        mustRefuse();
        released.countDown();
        stuck.join();
        assertThat(sink.rows()).as("its receipt kept it out").containsExactly("a", "b", "c");
        CheckpointRollback.carryOut(checkpoint(), FIRST);
        runOn(0);
        assertThat(sink.rows()).containsExactly("a", "b", "c");
    }

    /** It publishes what an earlier run had decided. */
    @Test
    void shouldRefuseBesideAStartThatIsLeftBehind() throws Exception {
        CountDownLatch released = new CountDownLatch(1);
        Thread stuck = leaveBehind(released);
        CountDownLatch reached = new CountDownLatch(1);
        CountDownLatch releasedStart = new CountDownLatch(1);
        StreamingContext second = program(hanging(reached, releasedStart));
        Thread starting = beside(second::start);
        reached.await();
        assertThat(second.stop(Duration.ofMillis(10))).isEqualTo(StopResult.ROLLED_BACK);
        mustRefuse("0000000001");
        released.countDown();
        stuck.join();
        mustRefuse("0000000002");
        releasedStart.countDown();
        starting.join();
        CheckpointRollback.carryOut(checkpoint(), FIRST);
        runOn(2);
        assertThat(sink.rows()).containsExactly("a", "b", "c");
    }

    /** A batch that is not decided nobody publishes, and those before it are complete. */
    @Test
    void shouldGoBackBesideCodeThatPublishesNothing() throws Exception {
        CountDownLatch reached = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        StreamingContext ssc = program(() -> {}, hanging(reached, released));
        Thread stuck = beside(() -> ssc.runBatches(3));
        reached.await();
        assertThat(ssc.stop(Duration.ofMillis(10))).isEqualTo(StopResult.ROLLED_BACK);
        CheckpointRollback.carryOut(checkpoint(), FIRST);
        runOn(0);
        released.countDown();
        stuck.join();
        assertThat(sink.rows()).containsExactly("a", "b", "c");
    }

    /** A batch that may still be published is decided, so it cannot be passed by. */
    @Test
    void shouldRefuseToSkipTheBatch() throws Exception {
        CountDownLatch released = new CountDownLatch(1);
        Thread stuck = leaveBehind(released);
        assertThatThrownBy(() -> CheckpointSkip.carryOut(checkpoint(), STUCK, ""))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(
                        "the checkpoint " + checkpoint() + " cannot skip batch 2000 ms, which is complete, or older"
                                + " than the last complete batch 2000 ms; no batch is planned and undecided: start the program");
        released.countDown();
        stuck.join();
    }
}
