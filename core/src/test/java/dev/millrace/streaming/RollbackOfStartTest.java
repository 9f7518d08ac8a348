/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import dev.millrace.Programs;
import dev.millrace.Tuple2;
import dev.millrace.codec.Default;
import dev.millrace.codec.Renamed;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A program whose next version drops a state, or a component of its type, by mistake. It goes back to the last batch of the version before,
 * which once left what the start of the next one had changed: the data was gone, and a dropped state began anew without a word.
 */
class RollbackOfStartTest {
    private static final BatchTime LAST = new BatchTime(3000); // of the first version

    @TempDir
    Path directory;

    @Renamed(from = "Short")
    record Total(int count, @Default("lost") String note) {
        Total next() {
            return new Total(count + 1, note);
        }
    }

    @Renamed(from = "Total")
    record Short(int count) {
        Short next() {
            return new Short(count + 1);
        }
    }

    private Path checkpoint() {
        return directory.resolve("checkpoint");
    }

    private PairDStream<String, Integer> input(StreamingContext ssc) {
        ssc.checkpoint(checkpoint().toString());
        List<List<String>> batches = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            batches.add(List.of("a", "b" + i));
        }
        return Programs.batches(ssc, (Iterable<List<String>>) batches)
                .named("input")
                .mapToPair(word -> Tuple2.of(word, 1));
    }

    private static StreamingContext context(String snapshotBytes) {
        return new StreamingContext(conf(snapshotBytes), Durations.seconds(1));
    }

    private static MillraceConf conf(String snapshotBytes) {
        return new MillraceConf()
                .setMaster("local[2]")
                .set("millrace.streaming.checkpoint.snapshotBytes", snapshotBytes);
    }

    /** Returns the state after the last batch. */
    private Map<String, Total> run(int batches, String snapshotBytes) {
        Map<String, Total> seen = new TreeMap<>();
        try (StreamingContext ssc = context(snapshotBytes)) {
            input(ssc)
                    .updateStateByKey(
                            StateType.of("totals", Total.class),
                            (values, total) -> Optional.of(
                                    total.orElse(new Total(0, "kept")).next()))
                    .foreachRDD(rdd -> seen.putAll(rdd.collectAsMap()))
                    .named("seen");
            ssc.runBatches(batches);
        }
        return seen;
    }

    private void runShort(int batches, String snapshotBytes) {
        try (StreamingContext ssc = context(snapshotBytes)) {
            input(ssc)
                    .updateStateByKey(
                            StateType.of("totals", Short.class),
                            (values, total) ->
                                    Optional.of(total.orElse(new Short(0)).next()))
                    .foreachRDD(rdd -> {})
                    .named("seen");
            ssc.runBatches(batches);
        }
    }

    private void runWithoutState(int batches, String snapshotBytes) {
        MillraceConf conf = conf(snapshotBytes).set("millrace.streaming.checkpoint.dropOrphans", "totals");
        try (StreamingContext ssc = new StreamingContext(conf, Durations.seconds(1))) {
            input(ssc).foreachRDD(rdd -> {}).named("seen");
            ssc.runBatches(batches);
        }
    }

    @ParameterizedTest
    @CsvSource({"1m, 0", "1m, 2", "1, 0", "1, 2", "1, 9"})
    void shouldHaveAgainWhatTheNextStartHadDropped(String snapshotBytes, int batches) {
        run(3, snapshotBytes);
        runWithoutState(batches, snapshotBytes);
        assertThat(CheckpointRollback.carryOut(checkpoint(), LAST).done()).isFalse();
        assertThat(CheckpointRollback.plan(checkpoint(), LAST).done()).isTrue();
        assertThat(run(1, snapshotBytes)).containsEntry("a", new Total(4 + batches, "kept"));
    }

    @ParameterizedTest
    @CsvSource({"1m, 0", "1m, 2", "1, 0", "1, 2", "1, 9"})
    void shouldHaveAgainWhatTheNextStartHadBroughtIntoAnotherShape(String snapshotBytes, int batches) {
        run(3, snapshotBytes);
        runShort(batches, snapshotBytes);
        CheckpointRollback.carryOut(checkpoint(), LAST);
        assertThat(run(1, snapshotBytes)).containsEntry("a", new Total(4 + batches, "kept"));
    }

    /** The second one goes back to the snapshot of the first, and not to what was undone before that. */
    @Test
    void shouldGoBackAgain() {
        run(3, "1");
        runWithoutState(1, "1");
        CheckpointRollback.carryOut(checkpoint(), LAST);
        runShort(2, "1");
        CheckpointRollback.carryOut(checkpoint(), LAST);
        runWithoutState(0, "1");
        CheckpointRollback.carryOut(checkpoint(), LAST);
        assertThat(run(1, "1")).containsEntry("a", new Total(7, "kept"));
    }

    @Test
    void shouldHaveNothingToDoIfAStartHasChangedNothing() {
        run(3, "1m");
        run(0, "1m");
        assertThat(CheckpointRollback.plan(checkpoint(), LAST).done()).isTrue();
    }
}
