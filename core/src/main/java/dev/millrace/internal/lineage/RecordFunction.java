/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.lineage;

import dev.millrace.Tuple2;
import dev.millrace.function.Function;
import java.io.Serializable;
import java.util.Iterator;
import java.util.function.Consumer;

/** Gives the results of an operator for one record alone. They count only if the call returns. */
@FunctionalInterface
public interface RecordFunction<S, T> extends Serializable {
    void call(S value, Consumer<? super T> out) throws Exception;

    static <S, T> RecordFunction<S, T> map(Function<? super S, ? extends T> function) {
        return (value, out) -> out.accept(function.call(value));
    }

    static <T> RecordFunction<T, T> filter(Function<? super T, Boolean> predicate) {
        return (value, out) -> {
            if (BrokenPromise.answer(predicate.call(value))) {
                out.accept(value);
            }
        };
    }

    static <S, T> RecordFunction<S, T> flatMap(Function<? super S, ? extends Iterator<? extends T>> function) {
        return (value, out) -> BrokenPromise.notNull(function.call(value), "return an empty iterator for no records")
                .forEachRemaining(record -> out.accept(BrokenPromise.inIterator(record)));
    }

    /** The function of values alone is called; what is put aside is the pair. */
    static <K, V, U> RecordFunction<Tuple2<K, V>, Tuple2<K, U>> mapValues(Function<? super V, ? extends U> function) {
        return (pair, out) -> out.accept(new Tuple2<>(pair._1(), function.call(pair._2())));
    }
}
