/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.graph;

import dev.millrace.Tuple2;
import dev.millrace.function.Function;
import dev.millrace.internal.lineage.FilterNode;
import dev.millrace.internal.lineage.FlatMapNode;
import dev.millrace.internal.lineage.MapNode;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.internal.lineage.RecordFunction;
import dev.millrace.internal.operators.Pairs;
import java.util.Iterator;
import java.util.function.BiFunction;

/**
 * An operation that calls a function of the program once a record.
 *
 * @param plain its lineage where an error fails the task
 * @param alone what it makes of one record, where errors are told apart
 * @param keepsKeys whether pairs stay where they are
 */
public record RecordOperator<S, T>(
        BiFunction<Operator, RddNode<S>, RddNode<T>> plain, RecordFunction<S, T> alone, boolean keepsKeys) {

    public static <S, T> RecordOperator<S, T> map(Function<? super S, ? extends T> function) {
        return new RecordOperator<>(
                (operator, in) -> new MapNode<>(operator, in, function, false), RecordFunction.map(function), false);
    }

    public static <T> RecordOperator<T, T> filter(Function<? super T, Boolean> predicate) {
        return new RecordOperator<>(
                (operator, in) -> new FilterNode<>(operator, in, predicate), RecordFunction.filter(predicate), true);
    }

    public static <S, T> RecordOperator<S, T> flatMap(Function<? super S, ? extends Iterator<? extends T>> function) {
        return new RecordOperator<>(
                (operator, in) -> new FlatMapNode<>(operator, in, function, false),
                RecordFunction.flatMap(function),
                false);
    }

    public static <K, V, U> RecordOperator<Tuple2<K, V>, Tuple2<K, U>> mapValues(
            Function<? super V, ? extends U> function) {
        return new RecordOperator<>(
                (operator, in) -> new MapNode<>(
                        operator, in, pair -> new Tuple2<K, U>(pair._1(), function.call(pair._2())), true),
                RecordFunction.mapValues(function),
                true);
    }

    public static <K, V, U> RecordOperator<Tuple2<K, V>, Tuple2<K, U>> flatMapValues(
            Function<? super V, ? extends Iterator<? extends U>> function) {
        Function<Tuple2<K, V>, Iterator<Tuple2<K, U>>> ofPair = Pairs.ofValues(function);
        return new RecordOperator<>(
                (operator, in) -> new FlatMapNode<>(operator, in, ofPair, true), RecordFunction.flatMap(ofPair), true);
    }
}
