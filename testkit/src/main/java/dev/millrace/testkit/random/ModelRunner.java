/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.random;

import dev.millrace.Tuple2;
import dev.millrace.streaming.Durations;
import dev.millrace.testkit.ReferenceModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Runs a random program on the {@link ReferenceModel}. */
public final class ModelRunner implements Runner {
    /** Timeouts are counted in slides, so that any will do. */
    private static final Duration SLIDE = Durations.seconds(1);

    private static final Duration HALF_SLIDE = Durations.milliseconds(500);

    private final Operators operators;

    /** Computes the batches of a step from those of its inputs. */
    @FunctionalInterface
    public interface Operators {
        List<? extends List<?>> apply(Step step, List<List<List<Object>>> inputs);
    }

    public ModelRunner() {
        this(ModelRunner::apply);
    }

    /** With other operators, to try whether a mistake is found. */
    public ModelRunner(Operators operators) {
        this.operators = operators;
    }

    @Override
    public Map<String, List<List<Object>>> run(RandomProgram program) {
        List<List<List<Object>>> streams = new ArrayList<>();
        program.inputs().forEach(input -> streams.add(input.batches()));
        for (Step step : program.steps()) {
            List<List<List<Object>>> inputs = new ArrayList<>();
            step.inputs().forEach(place -> inputs.add(streams.get(place)));
            streams.add(cast(operators.apply(step, inputs)));
        }
        Map<String, List<List<Object>>> outputs = new LinkedHashMap<>();
        program.outputs().forEach(place -> outputs.put(RandomProgram.name(place), streams.get(place)));
        program.guarded().keySet().forEach(place -> {
            Step step = program.steps().get(place - program.inputs().size());
            outputs.put(
                    RandomProgram.nameOfAside(place),
                    aside(step, streams.get(step.inputs().get(0))));
        });
        return outputs;
    }

    /** The records that a step cannot take. */
    private static List<List<Object>> aside(Step step, List<List<Object>> in) {
        return ReferenceModel.filter(in, record -> {
            int number = record instanceof Tuple2<?, ?> pair ? (int) pair._2() : (int) record;
            return !Functions.filter(step.first()).call(number);
        });
    }

    /** The operators of the reference model. */
    public static List<? extends List<?>> apply(Step step, List<List<List<Object>>> inputs) {
        List<List<Object>> first = inputs.get(0);
        List<List<Object>> last = inputs.get(inputs.size() - 1);
        return switch (step.operation().takes()) {
            case NUMBERS -> numbers(step, cast(first), cast(last));
            case WORDS -> words(step, cast(first), cast(last));
            case PAIRS -> pairs(step, cast(first), cast(last));
        };
    }

    private static List<? extends List<?>> numbers(Step step, List<List<Integer>> in, List<List<Integer>> other) {
        int p = step.first();
        return switch (step.operation()) {
            case MULTIPLY -> ReferenceModel.map(in, Functions.multiply(p));
            case REPEAT -> ReferenceModel.flatMap(in, Functions.repeat());
            case FILTER -> ReferenceModel.filter(in, Functions.filter(p));
            case MAP_PARTITIONS -> ReferenceModel.map(in, n -> n - p);
            case GLOM -> in;
            case BROADCAST -> ReferenceModel.map(in, Functions.plusShared(Functions::shared));
            case TO_WORDS -> ReferenceModel.map(in, Functions.toWord(p));
            case KEY_NUMBERS -> ReferenceModel.mapToPair(in, Functions.keyNumber(p));
            case KEY_EACH -> ReferenceModel.mapToPair(in, Functions.keyEach(p));
            case UNION_NUMBERS -> ReferenceModel.union(in, other);
            case COUNT -> ReferenceModel.map(ReferenceModel.count(in), Functions.toInt());
            case REDUCE -> ReferenceModel.reduce(in, Functions.max());
            case COUNT_WINDOW ->
                ReferenceModel.map(
                        ReferenceModel.count(ReferenceModel.window(in, p, step.second())), Functions.toInt());
            case MAX_OF_WINDOW -> ReferenceModel.reduce(ReferenceModel.window(in, p, step.second()), Functions.max());
            case SUM_OF_WINDOW -> ReferenceModel.reduce(ReferenceModel.window(in, p, step.second()), Functions.sum());
            case QUARANTINE -> ReferenceModel.map(ReferenceModel.filter(in, Functions.filter(p)), Functions.divide(p));
            case TRANSFORM ->
                ReferenceModel.transform(
                        in,
                        batch -> batch.stream().map(n -> n + batch.size() % p).toList());
            case PARTITIONS_TO_PAIR -> ReferenceModel.mapToPair(in, Functions.keyNumber(p));
            case REPARTITION -> in;
            case TRANSFORM_BOTH -> ReferenceModel.union(in, other);
            case TRANSFORM_WITH ->
                ReferenceModel.transformWith(
                        in,
                        other,
                        (batch, others) ->
                                batch.stream().map(n -> n + others.size() % p).toList());
            default -> throw unknown(step);
        };
    }

    private static List<? extends List<?>> words(Step step, List<List<String>> in, List<List<String>> other) {
        return switch (step.operation()) {
            case LENGTH -> ReferenceModel.map(in, Functions.length(step.first()));
            case LETTERS -> ReferenceModel.flatMap(in, Functions.letters());
            case KEY_WORDS -> ReferenceModel.mapToPair(in, Functions.keyWord(step.first()));
            case KEY_LETTERS -> ReferenceModel.flatMap(in, Functions.keyLetters(step.first())::call);
            case DISTINCT ->
                ReferenceModel.transform(in, batch -> batch.stream().distinct().toList());
            case INTERSECTION ->
                ReferenceModel.transformWith(
                        in,
                        other,
                        (batch, others) -> batch.stream()
                                .distinct()
                                .filter(others::contains)
                                .toList());
            case INDEX ->
                ReferenceModel.transform(in, batch -> {
                    Iterator<Integer> index = numbersFrom(0);
                    return batch.stream()
                            .sorted()
                            .map(word -> Tuple2.of(word, index.next()))
                            .toList();
                });
            case WINDOW_WORDS -> ReferenceModel.window(in, step.first(), step.second());
            case COUNT_BY_VALUE -> ReferenceModel.mapValues(ReferenceModel.countByValue(in), Functions.toInt());
            case COUNT_VALUE_WINDOW ->
                ReferenceModel.mapValues(
                        ReferenceModel.countByValue(ReferenceModel.window(in, step.first(), step.second())),
                        Functions.toInt());
            default -> throw unknown(step);
        };
    }

    private static List<? extends List<?>> pairs(
            Step step, List<List<Tuple2<String, Integer>>> in, List<List<Tuple2<String, Integer>>> other) {
        int p = step.first();
        return switch (step.operation()) {
            case KEYS -> ReferenceModel.map(in, Tuple2::_1);
            case VALUES -> ReferenceModel.map(in, Tuple2::_2);
            case MAP_VALUES -> ReferenceModel.mapValues(in, Functions.plus(p));
            case FILTER_PAIRS -> ReferenceModel.filter(in, Functions.filterPair(p));
            case SUM -> ReferenceModel.reduceByKey(in, Functions.sum());
            case MAX -> ReferenceModel.reduceByKey(in, Functions.max());
            case UNION_PAIRS -> ReferenceModel.union(in, other);
            case WINDOW_PAIRS -> ReferenceModel.window(in, p, step.second());
            case GROUP, COMBINE, AGGREGATE ->
                ReferenceModel.mapValues(ReferenceModel.groupByKey(in), Functions.sizeAndSum());
            case PERSIST -> in;
            case MAX_WINDOW -> ReferenceModel.reduceByKey(ReferenceModel.window(in, p, step.second()), Functions.max());
            case SUM_WINDOW -> ReferenceModel.reduceByKey(ReferenceModel.window(in, p, step.second()), Functions.sum());
            case SUM_WINDOW_FILTERED ->
                ReferenceModel.filter(
                        ReferenceModel.reduceByKey(ReferenceModel.window(in, p, step.second()), Functions.sum()),
                        Functions.filterPair(p));
            case GROUP_WINDOW ->
                ReferenceModel.mapValues(
                        ReferenceModel.groupByKey(ReferenceModel.window(in, p, step.second())), Functions.sizeAndSum());
            case STATE -> ReferenceModel.updateStateByKey(in, Functions.state(p));
            case STATE_OF_KEY ->
                ReferenceModel.updateStateByKey(in, SLIDE, Map.of(), Functions.stateOfKey(p, SLIDE.toMillis()));
            case STATE_OF_KEY_FROM ->
                ReferenceModel.updateStateByKey(in, SLIDE, initial(), Functions.stateOfKey(p, SLIDE.toMillis()));
            case MAP_EACH -> in;
            case SORTED ->
                ReferenceModel.transform(
                        ReferenceModel.reduceByKey(in, Functions.sum()),
                        batch -> batch.stream().sorted(byKey(p)).toList());
            case STATE_FROM ->
                ReferenceModel.updateStateByKey(
                        in,
                        SLIDE,
                        initial(),
                        (time, key, values, state) -> Functions.state(p).call(values, state));
            case STATE_IN_PLACE ->
                ReferenceModel.mapValues(
                        ReferenceModel.updateStateByKey(in, Tally.updatedInModel(p)), Tally.Fixed::number);
            case MAP_IN_PLACE ->
                ReferenceModel.mapWithState(in, SLIDE, SLIDE.multipliedBy(p), Tally.mappedInModel())
                        .mapped();
            case QUARANTINE_IN_PLACE ->
                ReferenceModel.mapWithState(
                                ReferenceModel.filter(in, Functions.filterPair(p)),
                                SLIDE,
                                SLIDE.multipliedBy(p),
                                Tally.mappedInModel())
                        .mapped();
            case MAP_FROM ->
                ReferenceModel.mapWithState(
                                in, SLIDE, SLIDE.multipliedBy(p), initial(), Functions.removing(p, SLIDE.toMillis()))
                        .mapped();
            case MAP_WITH_STATE ->
                ReferenceModel.mapWithState(in, SLIDE, HALF_SLIDE.multipliedBy(2L * p - 1), Functions.mapped(p))
                        .mapped();
            case QUARANTINE_STATE ->
                ReferenceModel.mapWithState(
                                ReferenceModel.filter(in, Functions.filterPair(p)),
                                SLIDE,
                                SLIDE.multipliedBy(p),
                                Functions.dividing(p))
                        .mapped();
            case SNAPSHOTS ->
                ReferenceModel.mapWithState(in, SLIDE, SLIDE.multipliedBy(p), Functions.mapped(p))
                        .snapshots();
            case TRANSFORM_PAIRS ->
                ReferenceModel.transform(
                        in,
                        batch -> ReferenceModel.reduceByKey(List.of(batch), Functions.min())
                                .get(0));
            case TRANSFORM_BY_TIME -> {
                Iterator<Integer> batch = numbersFrom(1);
                yield ReferenceModel.transform(in, records -> plus(batch.next(), records));
            }
            default -> joined(step, in, other);
        };
    }

    private static List<? extends List<?>> joined(
            Step step, List<List<Tuple2<String, Integer>>> in, List<List<Tuple2<String, Integer>>> other) {
        int p = step.first();
        return switch (step.operation()) {
            case REPEAT_VALUES -> ReferenceModel.flatMapValues(in, Functions.repeat());
            case JOIN -> ReferenceModel.mapValues(ReferenceModel.join(in, other), Functions.both());
            case LEFT_JOIN ->
                ReferenceModel.mapValues(ReferenceModel.leftOuterJoin(in, other), Functions.leftAndPerhapsRight());
            case RIGHT_JOIN ->
                ReferenceModel.mapValues(ReferenceModel.rightOuterJoin(in, other), Functions.rightAndPerhapsLeft());
            case FULL_JOIN -> ReferenceModel.mapValues(ReferenceModel.fullOuterJoin(in, other), Functions.either());
            case COGROUP -> ReferenceModel.mapValues(ReferenceModel.cogroup(in, other), Functions.sizesAndSums());
            case JOIN_OF_SUMS ->
                ReferenceModel.mapValues(
                        ReferenceModel.join(
                                ReferenceModel.reduceByKey(in, Functions.sum()),
                                ReferenceModel.reduceByKey(other, Functions.sum())),
                        Functions.both());
            case JOIN_WINDOWS ->
                ReferenceModel.mapValues(
                        ReferenceModel.join(
                                ReferenceModel.window(in, p, step.second()),
                                ReferenceModel.window(other, 3, step.second())),
                        Functions.both());
            case FULL_JOIN_WINDOWS ->
                ReferenceModel.mapValues(
                        ReferenceModel.fullOuterJoin(
                                ReferenceModel.window(in, 2, step.second()),
                                ReferenceModel.window(other, p, step.second())),
                        Functions.either());
            case JOIN_TABLE ->
                ReferenceModel.mapValues(
                        ReferenceModel.leftOuterJoin(in, Collections.nCopies(in.size(), Functions.initial())),
                        Functions.leftAndPerhapsRight());
            case SUBTRACT ->
                ReferenceModel.transformWith(
                        in,
                        other,
                        (batch, others) -> batch.stream()
                                .filter(pair -> others.stream()
                                        .noneMatch(there -> there._1().equals(pair._1())))
                                .toList());
            default -> throw unknown(step);
        };
    }

    private static Iterator<Integer> numbersFrom(int first) {
        return IntStream.iterate(first, number -> number + 1).iterator();
    }

    private static List<Tuple2<String, Integer>> plus(int batch, List<Tuple2<String, Integer>> records) {
        return records.stream()
                .map(pair -> Tuple2.of(pair._1(), pair._2() + batch))
                .toList();
    }

    private static Comparator<Tuple2<String, Integer>> byKey(int p) {
        Comparator<Tuple2<String, Integer>> ascending = Comparator.comparing(Tuple2::_1);
        return p % 2 == 1 ? ascending : ascending.reversed();
    }

    private static Map<String, Integer> initial() {
        Map<String, Integer> initial = new LinkedHashMap<>();
        Functions.initial().forEach(pair -> initial.put(pair._1(), pair._2()));
        return initial;
    }

    /** For an operation that a place where programs run does not know. */
    public static IllegalArgumentException unknown(Step step) {
        return new IllegalArgumentException("no meaning for " + step);
    }

    @SuppressWarnings("unchecked") // a valid program gives each step what it takes
    private static <T> List<List<T>> cast(List<? extends List<?>> stream) {
        return (List<List<T>>) stream;
    }
}
