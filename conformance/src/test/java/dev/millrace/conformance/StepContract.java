/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.MillraceConf;
import dev.millrace.MillraceContext;
import dev.millrace.Tuple2;
import dev.millrace.error.RefusedException;
import dev.millrace.function.Function2;
import dev.millrace.function.Function4;
import dev.millrace.internal.changes.ChangeBlock;
import dev.millrace.internal.changes.ChangeReader;
import dev.millrace.internal.changes.StepChanges;
import dev.millrace.internal.codec.Schemas;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.engine.ContextRuntime;
import dev.millrace.internal.engine.ExecutionEngine;
import dev.millrace.internal.engine.StepResult;
import dev.millrace.internal.lineage.MaterializedNode;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.ParallelizedNode;
import dev.millrace.internal.lineage.RddAccess;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.internal.lineage.ShuffleNode;
import dev.millrace.internal.operators.JobScope;
import dev.millrace.internal.runs.RunCopy;
import dev.millrace.internal.state.MapWithState;
import dev.millrace.internal.state.RestoredState;
import dev.millrace.internal.state.StateEntry;
import dev.millrace.internal.state.StateForm;
import dev.millrace.internal.state.StateProgram;
import dev.millrace.internal.state.StateStep;
import dev.millrace.internal.state.StoredEntries;
import dev.millrace.internal.state.UpdateStateByKey;
import dev.millrace.internal.window.FoldedWindow;
import dev.millrace.internal.window.PaneStep;
import dev.millrace.internal.window.RestoredPane;
import dev.millrace.internal.window.WindowShape;
import dev.millrace.internal.window.WindowStep;
import dev.millrace.rdd.HashPartitioner;
import dev.millrace.rdd.RDD;
import dev.millrace.spi.JobLabel;
import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.State;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The contract of every engine for materialise steps: a step runs once, and is either committed or never was. */
abstract class StepContract {
    private static final Operator OPERATOR = new Operator("updateStateByKey", "Program.java:7");
    private static final ValueCodec CODEC = new ValueCodec(List.of(Tally.class));
    private static final AtomicInteger UPDATES = new AtomicInteger();

    private MillraceContext context;
    private ExecutionEngine engine;

    /** The master with two threads. */
    abstract String master();

    @BeforeEach
    void open() {
        context =
                new MillraceContext(new MillraceConf().setMaster(master()).registerTypes(Tally.class, Numbered.class));
        engine = ContextRuntime.of(context).engine();
        Failing.reset();
        UPDATES.set(0);
    }

    @AfterEach
    void close() {
        context.close();
    }

    private static BatchTime at(long seconds) {
        return new BatchTime(seconds * 1000);
    }

    private static final Function4<BatchTime, String, List<Integer>, Optional<Integer>, Optional<Integer>> SUM =
            (time, key, values, before) -> {
                UPDATES.incrementAndGet();
                int sum = values.stream().mapToInt(Integer::intValue).sum() + before.orElse(0);
                Failing.until(values.contains(13), 2);
                return sum < 0 ? Optional.empty() : Optional.of(sum);
            };

    private static StateStep<String, Integer, Integer> state(
            long time, int partitions, List<Tuple2<String, Integer>> pairs) {
        RddNode<Tuple2<String, Integer>> data = new ParallelizedNode<>(OPERATOR, pairs, 2);
        return new StateStep<>(
                "sums",
                at(time),
                OPERATOR,
                new ShuffleNode<>(OPERATOR, data, new HashPartitioner(partitions), null),
                new UpdateStateByKey<>(OPERATOR, SUM, null),
                CODEC);
    }

    /** Equal by the number alone. */
    record Numbered(int number, String text) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Numbered that && that.number == number;
        }

        @Override
        public int hashCode() {
            return number;
        }
    }

    private static final Function4<BatchTime, Object, Optional<Integer>, State<Integer>, Optional<String>> TOTAL =
            (time, key, number, state) -> {
                if (number.orElseThrow() == 0) {
                    state.remove();
                } else {
                    state.update(state.orElse(0) + number.get());
                }
                return Optional.empty();
            };

    private static StateStep<Object, Integer, Integer> keyed(long time, Object key, int number) {
        RddNode<Tuple2<Object, Integer>> data = new ParallelizedNode<>(OPERATOR, List.of(Tuple2.of(key, number)), 2);
        return new StateStep<>(
                "keyed",
                at(time),
                OPERATOR,
                new ShuffleNode<>(OPERATOR, data, new HashPartitioner(3), null),
                new MapWithState<>(OPERATOR, TOTAL, null, null),
                CODEC);
    }

    /** The keys of the log decide after a restart, so equal keys must be the same bytes there. */
    @Test
    void shouldLogEqualKeysAsTheSameBytes() {
        List<Object> equal = List.of(
                new TreeSet<>(List.of("b", "longer", "a")),
                new LinkedHashSet<>(List.of("longer", "b", "a")),
                Set.of("a", "b", "longer"));
        List<List<Byte>> logged = new ArrayList<>();
        for (int i = 0; i < equal.size(); i++) {
            StateStep<Object, Integer, Integer> step = keyed(i, equal.get(i), 1);
            blocks(engine.materialise(step)).forEach(block -> {
                for (ChangeReader entry = new ChangeReader(block, new Schemas()); entry.next(); ) {
                    List<Byte> bytes = new ArrayList<>();
                    for (int at = entry.keyFrom(); at < entry.keyTo(); at++) {
                        bytes.add(block[at]);
                    }
                    logged.add(bytes);
                }
            });
            assertThat(rdd(step.output()).collect()).containsExactly(Tuple2.of(equal.get(0), i + 1));
            engine.settle(step.time(), true);
        }
        assertThat(logged).hasSize(3).containsOnly(logged.get(0));
    }

    @Test
    void shouldRefuseKeysWhoseEqualityIsNotThatOfTheirEncoding() {
        assertThatThrownBy(() -> engine.materialise(keyed(1, List.of(new Numbered(1, "a")), 1)))
                .hasCauseInstanceOf(RefusedException.class)
                .hasMessageContaining(" of updateStateByKey at Program.java:7 failed ")
                .hasMessageContaining(
                        ": the key [Numbered[number=1, text=a]] cannot be kept from batch to batch: the record "
                                + Numbered.class.getName()
                                + " has an equals of its own, and a kept key is found again by all of its components; take equals and"
                                + " hashCode out of the record, or map to a key that has just what they compare");
    }

    /** Adds to a sum and maps to it; a negative number removes the key; a key that is idle for 2 s times out. */
    private static final Function4<BatchTime, String, Optional<Integer>, State<Integer>, Optional<String>> ADD =
            (time, key, number, state) -> {
                if (state.isTimingOut()) {
                    return Optional.of(key + " gone with " + state.get());
                }
                Failing.until(number.orElseThrow() == 13, 2);
                if (number.get() < 0) {
                    state.remove();
                } else if (number.get() > 0) {
                    state.update(state.orElse(0) + number.get());
                }
                return state.getOption().map(sum -> key + sum);
            };

    /** A state that an engine with a disk has there. */
    private static RestoredState restored(String step, int partitions, boolean timed, List<StateEntry> entries) {
        StoredEntries stored = new StoredEntries() {
            @Override
            public long bytes() {
                return Long.MAX_VALUE;
            }

            @Override
            public void forEach(Consumer<StateEntry> each) {
                entries.forEach(each);
            }

            @Override
            public @Nullable List<RunCopy> copies(RunCopy.Paths paths) {
                return null;
            }
        };
        return new RestoredState(new StateForm(step, Object.class), new HashPartitioner(partitions), timed, 0, stored);
    }

    private static StateStep<String, Integer, Integer> mapped(long time, List<Tuple2<String, Integer>> pairs) {
        RddNode<Tuple2<String, Integer>> data = new ParallelizedNode<>(OPERATOR, pairs, 2);
        return new StateStep<>(
                "sums",
                at(time),
                OPERATOR,
                new ShuffleNode<>(OPERATOR, data, new HashPartitioner(1), null),
                new MapWithState<>(OPERATOR, ADD, Durations.seconds(2), null),
                CODEC);
    }

    private List<String> mappedBy(StateStep<?, ?, ?> step) {
        return rdd(StateStep.<String>mapped(OPERATOR, step.name(), step.time(), 1))
                .collect();
    }

    private static PaneStep<Integer> pane(long time, Integer... records) {
        return new PaneStep<>(
                "panes", at(time), OPERATOR, new ParallelizedNode<>(OPERATOR, List.of(records), 2), CODEC);
    }

    private <T> RDD<T> rdd(MaterializedNode<T> node) {
        return RddAccess.rdds().wrap(context, node);
    }

    private static Map<String, Integer> map(List<Tuple2<String, Integer>> pairs) {
        Map<String, Integer> map = new TreeMap<>();
        pairs.forEach(pair -> map.put(pair._1(), pair._2()));
        assertThat(map).hasSameSizeAs(pairs);
        return map;
    }

    private static List<byte[]> blocks(StepResult result) {
        List<byte[]> blocks = new ArrayList<>();
        try {
            for (StepChanges partition : result.changes()) {
                partition.writeTo(blocks::add);
                partition.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return blocks;
    }

    private static Map<Object, Object> logged(StepResult result) {
        Map<Object, Object> log = new HashMap<>();
        Schemas schemas = new Schemas();
        blocks(result).forEach(block -> {
            for (ChangeReader entry = new ChangeReader(block, schemas); entry.next(); ) {
                log.put(CODEC.decodeValue(block, entry.keyFrom(), entry.keyTo(), schemas), text(entry, schemas));
            }
        });
        return log;
    }

    private static Object value(ChangeReader entry, Schemas schemas) {
        return CODEC.decodeValue(entry.block(), entry.valueFrom(), entry.valueTo(), schemas);
    }

    private static String text(ChangeReader entry, Schemas schemas) {
        String at = entry.touched() == ChangeBlock.UNTIMED ? "" : " at " + entry.touched();
        return switch (entry.change()) {
            case PUT -> value(entry, schemas) + at;
            case TOUCH -> "touched" + at;
            case REMOVE -> "removed";
        };
    }

    @Test
    void shouldRunAStepOnceWhateverReadsIt() throws Exception {
        StateStep<String, Integer, Integer> step =
                state(1, 2, List.of(Tuple2.of("a", 1), Tuple2.of("b", 2), Tuple2.of("a", 3)));
        assertThat(logged(engine.materialise(step))).isEqualTo(Map.of("a", "4", "b", "2"));
        JobScope.under(new JobLabel(at(1), "out"), () -> {
            assertThat(rdd(step.output()).take(1)).hasSize(1);
            assertThat(rdd(step.output()).count()).isEqualTo(2);
            assertThat(map(rdd(step.output()).collect())).isEqualTo(Map.of("a", 4, "b", 2));
        });
        assertThat(UPDATES).hasValue(2);
        engine.settle(at(1), true);
        assertThat(map(rdd(step.output()).collect())).isEqualTo(Map.of("a", 4, "b", 2));
        assertThat(UPDATES).hasValue(2);
    }

    @Test
    void shouldUpdateEachKeyOnceWhenAnAttemptFailsHalfWay() {
        engine.materialise(state(1, 1, List.of(Tuple2.of("a", 1), Tuple2.of("b", 1))));
        engine.settle(at(1), true);
        StateStep<String, Integer, Integer> step = state(2, 1, List.of(Tuple2.of("a", 1), Tuple2.of("b", 13)));
        StepResult result = engine.materialise(step);
        engine.settle(at(2), true);
        assertThat(map(rdd(step.output()).collect())).isEqualTo(Map.of("a", 2, "b", 14));
        assertThat(logged(result)).isEqualTo(Map.of("a", "2", "b", "14"));
        assertThat(result.observations().stream()
                        .flatMap(seen -> seen.recordsRead().values().stream())
                        .mapToLong(Long::longValue)
                        .sum())
                .isEqualTo(2);
    }

    @Test
    void shouldLogOnlyWhatChangedAndWhatWasDropped() {
        engine.materialise(state(1, 2, List.of(Tuple2.of("a", 1), Tuple2.of("b", 1), Tuple2.of("c", 1))));
        engine.settle(at(1), true);
        StepResult result =
                engine.materialise(state(2, 2, List.of(Tuple2.of("a", 0), Tuple2.of("b", -5), Tuple2.of("d", 4))));
        assertThat(logged(result)).isEqualTo(Map.of("b", "removed", "d", "4"));
    }

    @Test
    void shouldVanishWhenABatchIsRolledBack() {
        StateStep<String, Integer, Integer> first = state(1, 2, List.of(Tuple2.of("a", 1)));
        engine.materialise(first);
        engine.materialise(pane(1, 1, 2));
        engine.settle(at(1), true);
        StateStep<String, Integer, Integer> lost = state(2, 2, List.of(Tuple2.of("a", 5), Tuple2.of("z", 1)));
        engine.materialise(lost);
        PaneStep<Integer> lostPane = pane(2, 3);
        engine.materialise(lostPane);
        engine.settle(at(2), false);
        assertThatThrownBy(() -> rdd(lostPane.output()).collect()).hasMessageContaining("was dropped");
        StateStep<String, Integer, Integer> again = state(2, 2, List.of(Tuple2.of("a", 2)));
        engine.materialise(again);
        engine.settle(at(2), true);
        assertThat(map(rdd(again.output()).collect())).isEqualTo(Map.of("a", 3));
    }

    @Test
    void shouldRefuseAStateThatALaterBatchReplaced() {
        StateStep<String, Integer, Integer> first = state(1, 2, List.of(Tuple2.of("a", 1)));
        engine.materialise(first);
        engine.settle(at(1), true);
        engine.materialise(state(2, 2, List.of(Tuple2.of("a", 1))));
        engine.settle(at(2), true);
        assertThatThrownBy(() -> rdd(first.output()).collect())
                .hasMessageContaining(
                        "the RDD of updateStateByKey at Program.java:7 for batch 1000 ms was dropped when a"
                                + " later batch was committed; read it within its batch, or keep it with window()");
    }

    /** More than a driver takes with the outcome of the step. */
    @Test
    void shouldGiveOnManyChangesInBlocks() {
        List<String> records =
                IntStream.range(0, 40).mapToObj(i -> i + "x".repeat(100_000)).toList();
        StepResult result = engine.materialise(
                new PaneStep<>("large", at(1), OPERATOR, new ParallelizedNode<>(OPERATOR, records, 2), CODEC));
        engine.settle(at(1), true);
        List<String> logged = new ArrayList<>();
        List<Object> keys = new ArrayList<>();
        List<byte[]> blocks = blocks(result);
        Schemas schemas = new Schemas();
        for (byte[] block : blocks) {
            assertThat(block).hasSizeLessThan(400_000);
            for (ChangeReader entry = new ChangeReader(block, schemas); entry.next(); ) {
                keys.add(CODEC.decodeValue(block, entry.keyFrom(), entry.keyTo(), schemas));
                ((List<?>) value(entry, schemas)).forEach(record -> logged.add((String) record));
            }
        }
        assertThat(logged).isEqualTo(records);
        assertThat(result.changes()).extracting(StepChanges::blocks).containsExactly(7, 7);
        assertThat(keys)
                .hasSize(14)
                .startsWith(List.of(1000L, 0, 0), List.of(1000L, 0, 1))
                .endsWith(List.of(1000L, 1, 6));
    }

    @Test
    void shouldKeepPanesUntilTheyAreReleased() {
        List<PaneStep<Integer>> panes = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            PaneStep<Integer> pane = pane(i, i, 10 * i, 100 * i);
            assertThat(logged(engine.materialise(pane)))
                    .isEqualTo(Map.of(
                            List.of(1000L * i, 0, 0), "[" + i + "]",
                            List.of(1000L * i, 1, 0), "[" + 10 * i + ", " + 100 * i + "]"));
            engine.settle(at(i), true);
            panes.add(pane);
        }
        assertThat(rdd(panes.get(0).output()).collect()).containsExactly(1, 10, 100);
        assertThat(rdd(panes.get(2).output()).glom().collect()).containsExactly(List.of(3), List.of(30, 300));
        engine.release("panes", at(1));
        assertThatThrownBy(() -> rdd(panes.get(0).output()).collect()).hasMessageContaining("was dropped");
        assertThat(rdd(panes.get(1).output()).count()).isEqualTo(3);
    }

    private static PaneStep<Tuple2<String, Integer>> keyed(long time, List<Tuple2<String, Integer>> pairs) {
        RddNode<Tuple2<String, Integer>> data = new ParallelizedNode<>(OPERATOR, pairs, 2);
        return new PaneStep<>(
                "keyed", at(time), OPERATOR, new ShuffleNode<>(OPERATOR, data, new HashPartitioner(2), null), null);
    }

    private static final Function2<Integer, Integer, Integer> SUM_THAT_FAILS = (a, b) -> {
        Failing.until(b == 13, 2);
        return a + b;
    };

    /** The windows of three panes under a sum without an inverse. */
    private Map<String, Integer> window(long time, List<PaneStep<Tuple2<String, Integer>>> panes) {
        List<MaterializedNode<Tuple2<String, Integer>>> last = panes.stream()
                .skip(Math.max(0, panes.size() - 3))
                .map(PaneStep::output)
                .toList();
        WindowStep<String, Integer, Integer> step = new WindowStep<>(
                "sums of three",
                at(time),
                OPERATOR,
                last,
                new HashPartitioner(2),
                new WindowShape(1000, 3, 1),
                shape -> new FoldedWindow<>(OPERATOR, SUM_THAT_FAILS, shape));
        assertThat(blocks(engine.materialise(step))).isEmpty();
        return map(rdd(step.output()).collect());
    }

    @Test
    void shouldGiveAWindowFromItsPanesWhateverFailed() {
        List<PaneStep<Tuple2<String, Integer>>> panes = new ArrayList<>();
        panes.add(keyed(1, List.of(Tuple2.of("a", 1), Tuple2.of("b", 2))));
        engine.materialise(panes.get(0));
        assertThat(window(1, panes)).isEqualTo(Map.of("a", 1, "b", 2));
        engine.settle(at(1), true);

        PaneStep<Tuple2<String, Integer>> lost = keyed(2, List.of(Tuple2.of("a", 100), Tuple2.of("z", 1)));
        engine.materialise(lost);
        assertThat(window(2, List.of(panes.get(0), lost))).isEqualTo(Map.of("a", 101, "b", 2, "z", 1));
        engine.settle(at(2), false);

        panes.add(keyed(2, List.of(Tuple2.of("a", 13), Tuple2.of("c", 5)))); // the merge fails twice
        engine.materialise(panes.get(1));
        assertThat(window(2, panes)).isEqualTo(Map.of("a", 14, "b", 2, "c", 5));
        engine.settle(at(2), true);

        panes.add(keyed(4, List.of()));
        engine.materialise(panes.get(2));
        assertThat(window(4, panes.subList(1, 3))).isEqualTo(Map.of("a", 13, "c", 5));
        engine.settle(at(4), true);
    }

    /** Batches of files or of a union have as many partitions as came. */
    @Test
    void shouldKeepPanesWhoseNumberOfPartitionsDiffers() {
        List<PaneStep<Integer>> panes = new ArrayList<>();
        for (int partitions = 1; partitions <= 3; partitions++) {
            PaneStep<Integer> pane = new PaneStep<>(
                    "panes",
                    at(partitions),
                    OPERATOR,
                    new ParallelizedNode<>(OPERATOR, List.of(1, 2, 3), partitions),
                    CODEC);
            assertThat(engine.materialise(pane).changes()).hasSize(partitions);
            engine.settle(at(partitions), true);
            panes.add(pane);
        }
        panes.forEach(pane -> assertThat(rdd(pane.output()).collect()).containsExactly(1, 2, 3));
    }

    private static <V> RddNode<Tuple2<String, V>> placed(List<Tuple2<String, V>> pairs) {
        return new ShuffleNode<String, V, V>(
                OPERATOR, new ParallelizedNode<>(OPERATOR, pairs, 2), new HashPartitioner(3), null);
    }

    private static Meetings meetings(
            long time, List<Tuple2<String, Integer>> hosts, List<Tuple2<String, String>> guests) {
        return new Meetings("meetings", at(time), OPERATOR, placed(hosts), placed(guests));
    }

    /** An engine knows steps by what they say of themselves; this one reads two datasets. */
    @Test
    void shouldRunAStepOfAKindOfItsOwnThatReadsSeveralDatasets() {
        Meetings first = meetings(1, List.of(Tuple2.of("a", 1), Tuple2.of("b", 2)), List.of(Tuple2.of("a", "x")));
        engine.materialise(first);
        assertThat(rdd(first.met()).collect()).containsExactly("x met a1");
        engine.settle(at(1), true);
        Meetings lost = meetings(2, List.of(Tuple2.of("b", 100)), List.of(Tuple2.of("b", "y")));
        engine.materialise(lost);
        assertThat(rdd(lost.met()).collect()).containsExactly("y met b2", "y met b100");
        engine.settle(at(2), false);
        Meetings again = meetings(2, List.of(Tuple2.of("a", 3)), List.of(Tuple2.of("b", "y"), Tuple2.of("a", "z")));
        engine.materialise(again);
        assertThat(rdd(again.met()).collect()).containsExactlyInAnyOrder("y met b2", "z met a1", "z met a3");
        assertThat(rdd(again.remembered()).count()).isEqualTo(3);
        engine.settle(at(2), true);
        assertThat(rdd(again.remembered()).collect())
                .containsExactlyInAnyOrder(Tuple2.of("a", 1), Tuple2.of("b", 2), Tuple2.of("a", 3));
        assertThatThrownBy(() -> rdd(again.met()).collect()).hasMessageContaining("was dropped");
    }

    @Test
    void shouldRouteRestoredStateThroughTodaysPartitioner() {
        List<StateEntry> entries = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            entries.add(new StateEntry("k" + i, i, i, 0));
        }
        engine.restore(restored("sums", 3, false, entries));
        List<Iterator<Object>> parts =
                List.of(List.<Object>of(1, 2).iterator(), List.<Object>of(3).iterator());
        engine.restore(new RestoredPane("panes", at(1), null, parts.iterator()));
        StateStep<String, Integer, Integer> step = state(2, 3, List.of(Tuple2.of("k7", 100), Tuple2.of("new", 1)));
        engine.materialise(step);
        engine.settle(at(2), true);
        Map<String, Integer> sums = map(rdd(step.output()).collect());
        assertThat(sums)
                .hasSize(21)
                .containsEntry("k7", 107)
                .containsEntry("k19", 19)
                .containsEntry("new", 1);
        assertThat(rdd(PaneStep.outputOf(OPERATOR, "panes", at(1), 2)).glom().collect())
                .isEqualTo(List.of(List.of(1, 2), List.of(3)));
    }

    @Test
    void shouldHoldWhatAStateMappedUntilTheBatchEnds() throws Exception {
        StateStep<String, Integer, Integer> step =
                mapped(1, List.of(Tuple2.of("b", 1), Tuple2.of("a", 13), Tuple2.of("b", 2), Tuple2.of("c", -1)));
        assertThat(logged(engine.materialise(step)))
                .isEqualTo(Map.of("a", "13 at 1000", "b", "3 at 1000", "c", "removed"));
        JobScope.under(new JobLabel(at(1), "out"), () -> {
            assertThat(mappedBy(step)).containsExactly("b1", "a13", "b3");
            assertThat(mappedBy(step)).containsExactly("b1", "a13", "b3");
            assertThat(rdd(step.output()).collect()).containsExactly(Tuple2.of("b", 3), Tuple2.of("a", 13));
        });
        engine.settle(at(1), true);
        assertThat(rdd(step.output()).collect()).containsExactly(Tuple2.of("b", 3), Tuple2.of("a", 13));
        assertThatThrownBy(() -> mappedBy(step)).hasMessageContaining("was dropped");
    }

    @Test
    void shouldTimeOutWhatWasIdleWhetherItWasRestoredOrNot() {
        List<StateEntry> entries = new ArrayList<>();
        for (String entry : List.of("late 2000", "z 1000", "early 500", "fresh 3000", "a 1000")) {
            String[] words = entry.split(" ");
            entries.add(new StateEntry(words[0], 1, entries.size(), Long.parseLong(words[1])));
        }
        engine.restore(restored("sums", 1, true, entries));
        List<List<String>> seen = new ArrayList<>();
        Map<Object, Object> log = Map.of();
        for (long time = 3; time <= 6; time++) {
            StateStep<String, Integer, Integer> step =
                    mapped(time, time == 4 ? List.of(Tuple2.of("z", 0), Tuple2.of("n", 7)) : List.of());
            StepResult result = engine.materialise(step);
            log = time == 4 ? logged(result) : log;
            seen.add(mappedBy(step));
            engine.settle(at(time), true);
        }
        assertThat(seen)
                .containsExactly(
                        List.of("early gone with 1"),
                        List.of("z1", "n7", "a gone with 1"),
                        List.of("late gone with 1"),
                        List.of("fresh gone with 1"));
        assertThat(log).isEqualTo(Map.of("z", "touched at 4000", "n", "7 at 4000", "a", "removed"));
    }

    @Test
    void shouldForgetTouchesOfABatchThatIsRolledBack() {
        engine.materialise(mapped(1, List.of(Tuple2.of("a", 1), Tuple2.of("b", 1))));
        engine.settle(at(1), true);
        engine.materialise(mapped(3, List.of(Tuple2.of("a", 0), Tuple2.of("b", -1))));
        engine.settle(at(3), false);
        StateStep<String, Integer, Integer> step = mapped(4, List.of());
        engine.materialise(step);
        assertThat(mappedBy(step)).containsExactly("a gone with 1", "b gone with 1");
        engine.settle(at(4), true);
        assertThat(rdd(step.output()).collect()).isEmpty();
    }

    /** A state that functions change in place; all are equal. */
    static final class Tally {
        private int sum;

        Tally add(int more) {
            sum += more;
            return this;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Tally;
        }

        @Override
        public int hashCode() {
            return 1;
        }

        @Override
        public String toString() {
            return "tally " + sum;
        }
    }

    private static StateStep<String, Integer, Tally> tallies(
            long time, StateProgram<String, Integer, Tally> program, List<Tuple2<String, Integer>> pairs) {
        RddNode<Tuple2<String, Integer>> data = new ParallelizedNode<>(OPERATOR, pairs, 2);
        return new StateStep<>(
                "tallies",
                at(time),
                OPERATOR,
                new ShuffleNode<>(OPERATOR, data, new HashPartitioner(1), null),
                program,
                CODEC);
    }

    private static final Function4<BatchTime, String, List<Integer>, Optional<Tally>, Optional<Tally>> TALLY =
            (time, key, values, before) -> {
                Tally tally = before.orElseGet(Tally::new);
                values.forEach(tally::add);
                Failing.until(values.contains(13), 2);
                return Optional.of(tally);
            };

    private static final Function4<BatchTime, String, Optional<Integer>, State<Tally>, Optional<Tally>> TALLY_MAPPED =
            (time, key, number, state) -> {
                if (!state.exists()) {
                    state.update(new Tally());
                }
                state.get().add(number.orElse(1000));
                Failing.until(number.orElse(0) == 13, 2);
                return Optional.of(state.get());
            };

    private void checkTallies(StateProgram<String, Integer, Tally> program) {
        engine.restore(restored(
                "tallies", 1, false, List.of(new StateEntry("old", new Tally().add(100), 0, ChangeBlock.UNTIMED))));
        Map<Object, Object> log = new TreeMap<>();
        for (int time = 1; time <= 3; time++) {
            StateStep<String, Integer, Tally> step = tallies(
                    time, program, List.of(Tuple2.of("a", 1), Tuple2.of("old", 1), Tuple2.of("a", time == 2 ? 13 : 2)));
            StepResult result = engine.materialise(step);
            log.put(time, new TreeMap<>(logged(result)).toString());
            rdd(step.output()).collect().forEach(pair -> pair._2().add(5000)); // a reader has copies, too
            engine.settle(at(time), true);
        }
        assertThat(log.values())
                .containsExactly(
                        "{a=tally 3, old=tally 101}", "{a=tally 17, old=tally 102}", "{a=tally 20, old=tally 103}");
        StateStep<String, Integer, Tally> last = tallies(4, program, List.of());
        StepResult nothing = engine.materialise(last);
        assertThat(blocks(nothing)).isEmpty();
        assertThat(rdd(last.output()).collect().stream().map(Object::toString).sorted())
                .containsExactly("(a,tally 20)", "(old,tally 103)");
    }

    @Test
    void shouldCountOnceWhatAnUpdateChangesInPlace() {
        checkTallies(new UpdateStateByKey<>(OPERATOR, TALLY, null));
    }

    @Test
    void shouldCountOnceWhatIsChangedInPlaceWithoutAnUpdate() {
        checkTallies(new MapWithState<>(OPERATOR, TALLY_MAPPED, null, null));
    }

    /** The function goes on changing what it has mapped a record to. */
    @Test
    void shouldMapToAStateAsItWas() throws Exception {
        StateStep<String, Integer, Tally> step = tallies(
                1,
                new MapWithState<>(OPERATOR, TALLY_MAPPED, null, null),
                List.of(Tuple2.of("a", 1), Tuple2.of("a", 1), Tuple2.of("a", 1)));
        engine.materialise(step);
        JobScope.under(new JobLabel(at(1), "out"), () -> {
            RDD<Tally> mapped = rdd(StateStep.mapped(OPERATOR, "tallies", at(1), 1));
            assertThat(mapped.collect()).hasToString("[tally 1, tally 2, tally 3]");
        });
        engine.settle(at(1), true);
    }
}
