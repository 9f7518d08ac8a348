/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.random;

import dev.millrace.Tuple2;
import dev.millrace.rdd.Broadcast;
import dev.millrace.rdd.HashPartitioner;
import dev.millrace.rdd.PairRDD;
import dev.millrace.rdd.RDD;
import dev.millrace.streaming.DStream;
import dev.millrace.streaming.DStreamLike;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.ErrorPolicy;
import dev.millrace.streaming.PairDStream;
import dev.millrace.streaming.StateSpec;
import dev.millrace.streaming.StateType;
import dev.millrace.streaming.StreamingContext;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** Builds the streams of a random program, every one named. */
final class ProgramBuilder {
    private final RandomProgram program;
    private final List<Integer> slides;
    private final List<DStreamLike<?, ?, ?>> streams = new ArrayList<>();
    private final StreamingContext context;
    private final boolean inverses;

    private ProgramBuilder(RandomProgram program, StreamingContext context, boolean inverses) {
        this.program = program;
        this.context = context;
        this.inverses = inverses;
        slides = program.slides();
    }

    /**
     * Returns the streams in the order of their places.
     *
     * @param inverses whether windows are told the inverse of their merge function, where there is one
     */
    static List<DStreamLike<?, ?, ?>> build(RandomProgram program, StreamingContext context, boolean inverses) {
        ProgramBuilder builder = new ProgramBuilder(program, context, inverses);
        builder.build();
        return builder.streams;
    }

    private void build() {
        for (int i = 0; i < program.inputs().size(); i++) {
            streams.add(context.queueStream(new ArrayDeque<RDD<Object>>()).named(RandomProgram.name(i)));
        }
        for (Step step : program.steps()) {
            streams.add(named(apply(step)));
        }
    }

    private DStreamLike<?, ?, ?> named(Object stream) {
        String name = RandomProgram.name(streams.size());
        return stream instanceof DStream<?> records ? records.named(name) : ((PairDStream<?, ?>) stream).named(name);
    }

    private Object apply(Step step) {
        int place = step.inputs().get(0);
        return switch (step.operation().takes()) {
            case NUMBERS -> numbers(step, records(place));
            case WORDS -> words(step, records(place));
            case PAIRS -> pairs(step, pairs(place));
        };
    }

    private Object numbers(Step step, DStream<Integer> in) {
        int p = step.first();
        if (step.operation() == Operation.SUM_OF_WINDOW && !inverses) {
            return in.reduceByWindow(Functions.sum(), length(step), slide(step));
        }
        return switch (step.operation()) {
            case MULTIPLY -> in.map(Functions.multiply(p));
            case REPEAT -> in.flatMap(Functions.repeat());
            case FILTER -> in.filter(Functions.filter(p));
            case MAP_PARTITIONS -> in.mapPartitions(Functions.minus(p));
            case GLOM -> in.glom().flatMap(Functions.all());
            case BROADCAST -> {
                Broadcast<List<Integer>> shared = context.millraceContext().broadcast(Functions.shared());
                yield in.map(Functions.plusShared(shared::value));
            }
            case TO_WORDS -> in.map(Functions.toWord(p));
            case KEY_NUMBERS -> in.mapToPair(Functions.keyNumber(p));
            case KEY_EACH -> in.mapToPair(Functions.keyEach(p));
            case UNION_NUMBERS -> in.union(records(step.inputs().get(1)));
            case COUNT -> in.count().map(Functions.toInt());
            case REDUCE -> in.reduce(Functions.max());
            case COUNT_WINDOW ->
                in.countByWindow(length(step), slide(step)).named(windowName()).map(Functions.toInt());
            case MAX_OF_WINDOW -> in.reduceByWindow(Functions.max(), length(step), slide(step));
            case SUM_OF_WINDOW -> in.reduceByWindow(Functions.sum(), Functions.difference(), length(step), slide(step));
            case QUARANTINE -> {
                DStream<Integer> guarded = in.map(Functions.divide(p)).onError(ErrorPolicy.quarantine());
                yield p % 2 == 0 ? guarded.persist() : guarded;
            }
            case TRANSFORM -> in.transform(rdd -> rdd.map(Functions.plus((int) (rdd.count() % p))));
            case REPARTITION -> in.repartition(p);
            case PARTITIONS_TO_PAIR -> in.mapPartitionsToPair(Functions.keyNumbers(p));
            case TRANSFORM_WITH ->
                in.transformWith(
                        records(step.inputs().get(1)),
                        (rdd, other, time) -> rdd.map(Functions.plus((int) (other.count() % p))));
            case TRANSFORM_BOTH ->
                context.transform(
                        List.of(in, records(step.inputs().get(1))),
                        (rdds, time) -> numbers(rdds, 0).union(numbers(rdds, 1)));
            default -> throw ModelRunner.unknown(step);
        };
    }

    private Object words(Step step, DStream<String> in) {
        return switch (step.operation()) {
            case LENGTH -> in.map(Functions.length(step.first()));
            case LETTERS -> in.flatMap(Functions.letters());
            case KEY_WORDS -> in.mapToPair(Functions.keyWord(step.first()));
            case KEY_LETTERS -> in.flatMapToPair(Functions.keyLetters(step.first()));
            case DISTINCT -> in.transform(rdd -> rdd.distinct(step.first()));
            case INTERSECTION ->
                in.transformWith(
                        this.<String>records(step.inputs().get(1)), (rdd, other, time) -> rdd.intersection(other));
            case INDEX ->
                in.transformToPair(rdd -> rdd.sortBy(word -> word, true, step.first())
                        .zipWithIndex()
                        .mapValues(Functions.toInt()));
            case WINDOW_WORDS -> in.window(length(step), slide(step));
            case COUNT_BY_VALUE -> in.countByValue(step.first()).mapValues(Functions.toInt());
            case COUNT_VALUE_WINDOW ->
                in.countByValueAndWindow(length(step), slide(step), step.first())
                        .named(windowName())
                        .mapValues(Functions.toInt());
            default -> throw ModelRunner.unknown(step);
        };
    }

    private Object pairs(Step step, PairDStream<String, Integer> in) {
        if (step.operation().hasInverse() && !inverses) {
            return withoutInverse(step, in);
        }
        return step.operation().isState() ? state(step, in) : stateless(step, in);
    }

    private Object withoutInverse(Step step, PairDStream<String, Integer> in) {
        int p = step.first();
        if (step.operation() == Operation.SUM_WINDOW) {
            return in.reduceByKeyAndWindow(Functions.sum(), length(step), slide(step));
        }
        return in.reduceByKeyAndWindow(Functions.sum(), length(step), slide(step), p)
                .named(windowName())
                .filter(Functions.filterPair(p));
    }

    private Object stateless(Step step, PairDStream<String, Integer> in) {
        int p = step.first();
        return switch (step.operation()) {
            case KEYS -> in.map(pair -> pair._1());
            case VALUES -> in.map(pair -> pair._2());
            case MAP_VALUES -> in.mapValues(Functions.plus(p));
            case FILTER_PAIRS -> in.filter(Functions.filterPair(p));
            case SUM -> in.reduceByKey(Functions.sum(), p);
            case MAX -> in.reduceByKey(Functions.max());
            case UNION_PAIRS -> in.union(pairs(step.inputs().get(1)));
            case WINDOW_PAIRS -> in.window(length(step), slide(step));
            case COMBINE ->
                in.combineByKey(Functions.group(), Functions.groupWith(), Functions.sum(), new HashPartitioner(p));
            case PERSIST -> in.persist().mapValues(n -> n);
            case AGGREGATE ->
                in.transformToPair(rdd -> rdd.aggregateByKey(0, p, Functions.groupWith(), Functions.sum()));
            case SORTED ->
                in.transformToPair(rdd -> rdd.reduceByKey(Functions.sum()).sortByKey(p % 2 == 1, p));
            case GROUP -> in.groupByKey(p).mapValues(Functions.sizeAndSum());
            case MAX_WINDOW -> in.reduceByKeyAndWindow(Functions.max(), length(step), slide(step), p);
            case SUM_WINDOW ->
                in.reduceByKeyAndWindow(Functions.sum(), Functions.difference(), length(step), slide(step));
            case SUM_WINDOW_FILTERED ->
                in.reduceByKeyAndWindow(
                        Functions.sum(), Functions.difference(), length(step), slide(step), p, Functions.filterPair(p));
            case GROUP_WINDOW ->
                in.groupByKeyAndWindow(length(step), slide(step), p)
                        .named(windowName())
                        .mapValues(Functions.sizeAndSum());
            case TRANSFORM_PAIRS -> in.transformToPair(rdd -> rdd.reduceByKey(Functions.min()));
            case REPEAT_VALUES -> in.flatMapValues(Functions.repeat());
            case JOIN_TABLE ->
                in.transformToPair(rdd -> rdd.leftOuterJoin(table(), p)).mapValues(Functions.leftAndPerhapsRight());
            case TRANSFORM_BY_TIME -> {
                long slide = slides(step, 1).toMillis();
                yield in.transformToPair(
                        (rdd, batch) -> rdd.mapValues(Functions.plus((int) (batch.milliseconds() / slide))));
            }
            default -> joined(step, in, pairs(step.inputs().get(1)));
        };
    }

    @SuppressWarnings("unchecked") // a valid program gives each step what it takes
    private static RDD<Integer> numbers(List<RDD<?>> rdds, int place) {
        return (RDD<Integer>) rdds.get(place);
    }

    private PairRDD<String, Integer> table() {
        return context.millraceContext().parallelizePairs(Functions.initial(), 2);
    }

    private Object joined(Step step, PairDStream<String, Integer> in, PairDStream<String, Integer> other) {
        int p = step.first();
        return switch (step.operation()) {
            case JOIN -> in.join(other, p).mapValues(Functions.both());
            case LEFT_JOIN -> in.leftOuterJoin(other).mapValues(Functions.leftAndPerhapsRight());
            case RIGHT_JOIN -> in.rightOuterJoin(other, p).mapValues(Functions.rightAndPerhapsLeft());
            case FULL_JOIN -> in.fullOuterJoin(other).mapValues(Functions.either());
            case COGROUP -> in.cogroup(other, p).mapValues(Functions.sizesAndSums());
            case JOIN_OF_SUMS ->
                in.reduceByKey(Functions.sum())
                        .join(other.reduceByKey(Functions.sum()))
                        .mapValues(Functions.both());
            case JOIN_WINDOWS ->
                in.window(length(step), slide(step))
                        .named(windowName())
                        .join(other.window(slides(step, 3), slide(step)).named(windowName() + " of the other"))
                        .mapValues(Functions.both());
            case FULL_JOIN_WINDOWS ->
                in.window(slides(step, 2), slide(step))
                        .named(windowName())
                        .fullOuterJoin(other.window(length(step), slide(step)).named(windowName() + " of the other"), p)
                        .mapValues(Functions.either());
            case SUBTRACT -> in.transformWithToPair(other, (rdd, there, time) -> rdd.subtractByKey(there, p));
            default -> throw ModelRunner.unknown(step);
        };
    }

    private Object state(Step step, PairDStream<String, Integer> in) {
        int p = step.first();
        long slide = slides(step, 1).toMillis();
        return switch (step.operation()) {
            case STATE -> in.updateStateByKey(type(), Functions.state(p));
            case MAP_WITH_STATE ->
                in.mapWithState(type().timeout(slides(step, 2 * p - 1).dividedBy(2)), Functions.mapped(p))
                        .mapToPair(pair -> pair);
            case SNAPSHOTS ->
                in.mapWithState(type().timeout(slides(step, p)), Functions.mapped(p))
                        .stateSnapshots();
            case QUARANTINE_STATE ->
                in.mapWithState(type().timeout(slides(step, p)), Functions.dividing(p))
                        .onError(ErrorPolicy.quarantine())
                        .mapToPair(pair -> pair);
            case STATE_IN_PLACE ->
                in.updateStateByKey(tally(), Tally.updated(p)).mapValues(Tally::number);
            case MAP_IN_PLACE ->
                in.mapWithState(tally().timeout(slides(step, p)), Tally.mapped())
                        .mapToPair(pair -> pair);
            case QUARANTINE_IN_PLACE ->
                in.mapWithState(tally().timeout(slides(step, p)), Tally.throwing(p))
                        .onError(ErrorPolicy.quarantine())
                        .mapToPair(pair -> pair);
            case STATE_OF_KEY -> in.updateStateByKey(type(), Functions.stateOfKey(p, slide));
            case STATE_OF_KEY_FROM ->
                in.updateStateByKey(type(), Functions.stateOfKey(p, slide), new HashPartitioner(p), initial());
            case MAP_EACH ->
                in.mapWithState(StateSpec.function(Functions.counted()).stateType(type()))
                        .mapToPair(pair -> pair);
            case STATE_FROM -> in.updateStateByKey(type(), Functions.state(p), new HashPartitioner(p), initial());
            case MAP_FROM ->
                in.mapWithState(StateSpec.function(Functions.removing(p, slide))
                                .stateType(type())
                                .timeout(slides(step, p))
                                .numPartitions(step.second())
                                .initialState(initial()))
                        .mapToPair(pair -> pair);
            default -> throw ModelRunner.unknown(step);
        };
    }

    private RDD<Tuple2<String, Integer>> initial() {
        return context.millraceContext().parallelize(Functions.initial(), 2);
    }

    /** Of a window that is not the step's result itself. */
    private String windowName() {
        return RandomProgram.name(streams.size()) + " window";
    }

    private Duration length(Step step) {
        return slides(step, step.first());
    }

    private Duration slide(Step step) {
        return slides(step, step.second());
    }

    /** The type of the state that the next stream keeps or comes from. */
    private StateType<Integer> type() {
        return StateType.of(RandomProgram.stateName(streams.size()), Integer.class);
    }

    private StateType<Tally> tally() {
        return StateType.of(RandomProgram.stateName(streams.size()), Tally.class);
    }

    private Duration slides(Step step, int count) {
        return Durations.seconds((long) count * slides.get(step.inputs().get(0)));
    }

    @SuppressWarnings("unchecked") // a valid program gives each step what it takes
    private <T> DStream<T> records(int place) {
        return (DStream<T>) streams.get(place);
    }

    @SuppressWarnings("unchecked")
    private PairDStream<String, Integer> pairs(int place) {
        return (PairDStream<String, Integer>) streams.get(place);
    }
}
