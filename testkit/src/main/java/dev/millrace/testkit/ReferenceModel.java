/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit;

import dev.millrace.Tuple2;
import dev.millrace.function.FlatMapFunction;
import dev.millrace.function.Function;
import dev.millrace.function.Function2;
import dev.millrace.function.Function4;
import dev.millrace.function.PairFunction;
import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Defines the operators of streams in plain collections: a stream is a list of batches, a batch a list of records.
 * Nothing is kept between batches; windows and state are computed from all history. The order of records within a batch
 * is not meant, so results are compared as multisets. Takes the functions of the program itself.
 */
public final class ReferenceModel {
    private ReferenceModel() {}

    /** One record for each. */
    public static <T, U> List<List<U>> map(List<List<T>> stream, Function<T, U> function) {
        return eachBatch(stream, batch -> {
            List<U> result = new ArrayList<>();
            for (T value : batch) {
                result.add(function.call(value));
            }
            return result;
        });
    }

    /** None, one or many records for each. */
    public static <T, U> List<List<U>> flatMap(List<List<T>> stream, FlatMapFunction<T, U> function) {
        return eachBatch(stream, batch -> {
            List<U> result = new ArrayList<>();
            for (T value : batch) {
                function.call(value).forEachRemaining(result::add);
            }
            return result;
        });
    }

    /** The records for which {@code predicate} is true. */
    public static <T> List<List<T>> filter(List<List<T>> stream, Function<T, Boolean> predicate) {
        return flatMap(stream, value -> (predicate.call(value) ? List.of(value) : List.<T>of()).iterator());
    }

    /** One pair for each record. */
    public static <T, K, V> List<List<Tuple2<K, V>>> mapToPair(List<List<T>> stream, PairFunction<T, K, V> function) {
        return map(stream, function::call);
    }

    /** Each value replaced by a function of it. */
    public static <K, V, W> List<List<Tuple2<K, W>>> mapValues(
            List<List<Tuple2<K, V>>> stream, Function<V, W> function) {
        return map(stream, pair -> Tuple2.of(pair._1(), function.call(pair._2())));
    }

    /** One pair for each key of a batch, its values merged. */
    public static <K, V> List<List<Tuple2<K, V>>> reduceByKey(
            List<List<Tuple2<K, V>>> stream, Function2<V, V, V> merge) {
        return eachBatch(stream, batch -> {
            Map<K, V> merged = new LinkedHashMap<>();
            for (Tuple2<K, V> pair : batch) {
                V before = merged.get(pair._1());
                merged.put(pair._1(), before == null ? pair._2() : merge.call(before, pair._2()));
            }
            return pairs(merged);
        });
    }

    /** One pair for each key of a batch, with all its values. */
    public static <K, V> List<List<Tuple2<K, List<V>>>> groupByKey(List<List<Tuple2<K, V>>> stream) {
        return eachBatch(stream, batch -> {
            Map<K, List<V>> groups = new LinkedHashMap<>();
            for (Tuple2<K, V> pair : batch) {
                groups.computeIfAbsent(pair._1(), key -> new ArrayList<>()).add(pair._2());
            }
            return pairs(groups);
        });
    }

    /** The records of a batch merged into one; none of an empty batch. */
    public static <T> List<List<T>> reduce(List<List<T>> stream, Function2<T, T, T> merge) {
        return map(reduceByKey(mapToPair(stream, value -> Tuple2.of(0, value)), merge), Tuple2::_2);
    }

    /** One record a batch. */
    public static <T> List<List<Long>> count(List<List<T>> stream) {
        return eachBatch(stream, batch -> List.of((long) batch.size()));
    }

    /** Each record that occurs in a batch, with how often it does. */
    public static <T> List<List<Tuple2<T, Long>>> countByValue(List<List<T>> stream) {
        return reduceByKey(mapToPair(stream, value -> Tuple2.of(value, 1L)), Long::sum);
    }

    /** Of two streams with equally many batches. */
    public static <T> List<List<T>> union(List<List<T>> first, List<List<T>> second) {
        List<List<T>> result = new ArrayList<>();
        for (int i = 0; i < first.size(); i++) {
            List<T> both = new ArrayList<>(first.get(i));
            both.addAll(second.get(i));
            result.add(both);
        }
        return result;
    }

    /** None, one or many values for each, with its key. */
    public static <K, V, W> List<List<Tuple2<K, W>>> flatMapValues(
            List<List<Tuple2<K, V>>> stream, FlatMapFunction<V, W> function) {
        return eachBatch(stream, batch -> {
            List<Tuple2<K, W>> result = new ArrayList<>();
            for (Tuple2<K, V> pair : batch) {
                function.call(pair._2()).forEachRemaining(value -> result.add(Tuple2.of(pair._1(), value)));
            }
            return result;
        });
    }

    /** Of two streams with equally many batches: each key of a batch of either, with all its values there and here. */
    public static <K, V, W> List<List<Tuple2<K, Tuple2<List<V>, List<W>>>>> cogroup(
            List<List<Tuple2<K, V>>> first, List<List<Tuple2<K, W>>> second) {
        List<List<Tuple2<K, Tuple2<List<V>, List<W>>>>> result = new ArrayList<>();
        for (int i = 0; i < first.size(); i++) {
            Map<K, Tuple2<List<V>, List<W>>> groups = new LinkedHashMap<>();
            first.get(i).forEach(pair -> group(groups, pair._1())._1().add(pair._2()));
            second.get(i).forEach(pair -> group(groups, pair._1())._2().add(pair._2()));
            result.add(pairs(groups));
        }
        return result;
    }

    private static <K, V, W> Tuple2<List<V>, List<W>> group(Map<K, Tuple2<List<V>, List<W>>> groups, K key) {
        return groups.computeIfAbsent(key, none -> Tuple2.of(new ArrayList<>(), new ArrayList<>()));
    }

    /** Of each key of a batch that both streams have, each value of the one with each of the other. */
    public static <K, V, W> List<List<Tuple2<K, Tuple2<V, W>>>> join(
            List<List<Tuple2<K, V>>> first, List<List<Tuple2<K, W>>> second) {
        return flatMapValues(cogroup(first, second), lists -> each(lists._1(), lists._2()));
    }

    /** The same, and the keys that only the first stream has. */
    public static <K, V, W> List<List<Tuple2<K, Tuple2<V, Optional<W>>>>> leftOuterJoin(
            List<List<Tuple2<K, V>>> first, List<List<Tuple2<K, W>>> second) {
        return flatMapValues(cogroup(first, second), lists -> each(lists._1(), optionals(lists._2())));
    }

    /** The same, and the keys that only the second stream has. */
    public static <K, V, W> List<List<Tuple2<K, Tuple2<Optional<V>, W>>>> rightOuterJoin(
            List<List<Tuple2<K, V>>> first, List<List<Tuple2<K, W>>> second) {
        return flatMapValues(cogroup(first, second), lists -> each(optionals(lists._1()), lists._2()));
    }

    /** The same, and the keys that only one of the streams has. */
    public static <K, V, W> List<List<Tuple2<K, Tuple2<Optional<V>, Optional<W>>>>> fullOuterJoin(
            List<List<Tuple2<K, V>>> first, List<List<Tuple2<K, W>>> second) {
        return flatMapValues(cogroup(first, second), lists -> each(optionals(lists._1()), optionals(lists._2())));
    }

    private static <V> List<Optional<V>> optionals(List<V> values) {
        return values.isEmpty()
                ? List.of(Optional.empty())
                : values.stream().map(Optional::of).toList();
    }

    private static <A, B> Iterator<Tuple2<A, B>> each(List<A> first, List<B> second) {
        return first.stream()
                .flatMap(a -> second.stream().map(b -> Tuple2.of(a, b)))
                .iterator();
    }

    /** A batch every {@code slide} batches, of the last {@code length} batches; fewer near the start. */
    public static <T> List<List<T>> window(List<List<T>> stream, int length, int slide) {
        List<List<T>> result = new ArrayList<>();
        for (int end = slide; end <= stream.size(); end += slide) {
            List<T> window = new ArrayList<>();
            stream.subList(Math.max(0, end - length), end).forEach(window::addAll);
            result.add(window);
        }
        return result;
    }

    /** Every batch of the result is computed from the beginning. */
    public static <K, V, S> List<List<Tuple2<K, S>>> updateStateByKey(
            List<List<Tuple2<K, V>>> stream, Function2<List<V>, Optional<S>, Optional<S>> update) {
        return updateStateByKey(
                stream, Duration.ofSeconds(1), Map.of(), (time, key, values, state) -> update.call(values, state));
    }

    /** Every batch of the result is computed from the beginning; batch n, counted from 1, has the time n times the slide. */
    public static <K, V, S> List<List<Tuple2<K, S>>> updateStateByKey(
            List<List<Tuple2<K, V>>> stream,
            Duration slide,
            Map<K, S> initial,
            Function4<BatchTime, K, List<V>, Optional<S>, Optional<S>> update) {
        List<List<Tuple2<K, S>>> result = new ArrayList<>();
        for (int end = 1; end <= stream.size(); end++) {
            Map<K, S> state = new LinkedHashMap<>(initial);
            List<BatchTime> times = new ArrayList<>();
            eachBatch(stream.subList(0, end), batch -> {
                times.add(BatchTime.of(slide.toMillis() * (times.size() + 1)));
                Map<K, List<V>> arrived = new LinkedHashMap<>();
                state.keySet().forEach(key -> arrived.put(key, new ArrayList<>()));
                batch.forEach(pair -> arrived.computeIfAbsent(pair._1(), key -> new ArrayList<>())
                        .add(pair._2()));
                for (Map.Entry<K, List<V>> entry : arrived.entrySet()) {
                    K key = entry.getKey();
                    Optional<S> after = update.call(
                            times.get(times.size() - 1), key, entry.getValue(), Optional.ofNullable(state.get(key)));
                    after.ifPresentOrElse(value -> state.put(key, value), () -> state.remove(key));
                }
                return batch;
            });
            result.add(pairs(state));
        }
        return result;
    }

    /**
     * The results of {@code mapWithState}, a list for each batch.
     *
     * @param mapped the values that the function returned
     * @param snapshots all keys and their states
     */
    public record Mapped<K, S, M>(List<List<M>> mapped, List<List<Tuple2<K, S>>> snapshots) {}

    /** Like the other, from no state. */
    public static <K, V, S, M> Mapped<K, S, M> mapWithState(
            List<List<Tuple2<K, V>>> stream,
            Duration slide,
            Duration timeout,
            Function4<BatchTime, K, Optional<V>, State<S>, Optional<M>> function) {
        return mapWithState(stream, slide, timeout, Map.of(), function);
    }

    /** Every batch of the result is computed from the beginning; batch n, counted from 1, has the time n times the slide. */
    public static <K, V, S, M> Mapped<K, S, M> mapWithState(
            List<List<Tuple2<K, V>>> stream,
            Duration slide,
            Duration timeout,
            Map<K, S> initial,
            Function4<BatchTime, K, Optional<V>, State<S>, Optional<M>> function) {
        Mapped<K, S, M> result = new Mapped<>(new ArrayList<>(), new ArrayList<>());
        for (int end = 1; end <= stream.size(); end++) {
            StateModel<K, V, S, M> state = new StateModel<>(timeout, initial, function);
            List<BatchTime> times = new ArrayList<>();
            List<List<M>> mapped = eachBatch(stream.subList(0, end), batch -> {
                times.add(BatchTime.of(slide.toMillis() * (times.size() + 1)));
                return state.mapped(times.get(times.size() - 1), batch);
            });
            result.mapped().add(mapped.get(end - 1));
            result.snapshots().add(state.snapshot());
        }
        return result;
    }

    /** Each batch and that of another stream replaced by what a function makes of them. */
    public static <T, U, R> List<List<R>> transformWith(
            List<List<T>> first, List<List<U>> second, Function2<List<T>, List<U>, List<R>> function) {
        Iterator<List<U>> others = second.iterator();
        return eachBatch(first, batch -> function.call(batch, others.next()));
    }

    /** Each batch replaced by what a function makes of it. */
    public static <T, U> List<List<U>> transform(List<List<T>> stream, Function<List<T>, List<U>> function) {
        return eachBatch(stream, function);
    }

    private static <K, V> List<Tuple2<K, V>> pairs(Map<K, V> map) {
        List<Tuple2<K, V>> pairs = new ArrayList<>();
        map.forEach((key, value) -> pairs.add(Tuple2.of(key, value)));
        return pairs;
    }

    private static <T, U> List<List<U>> eachBatch(List<List<T>> stream, Function<List<T>, List<U>> function) {
        List<List<U>> result = new ArrayList<>();
        for (List<T> batch : stream) {
            try {
                result.add(function.call(batch));
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
        return result;
    }
}
