/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.rdd;

import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The result of an action whose name says that it may be an approximation. It is final: such actions compute everything, whatever time
 * they are given, because in one process an exact answer costs no more than one that is estimated and then made exact.
 *
 * @param initialValue the result
 */
public record PartialResult<R>(R initialValue) {
    /** Returns true. */
    public boolean isInitialValueFinal() {
        return true;
    }

    /** The result. */
    public R getFinalValue() {
        return initialValue;
    }

    /** Gives the result to a handler, at once. Returns this. */
    public PartialResult<R> onComplete(Consumer<? super R> handler) {
        handler.accept(initialValue);
        return this;
    }

    /** Does nothing: an action that fails throws, and gives no such object. */
    public void onFail(Consumer<? super Exception> handler) {}

    /** The same of what a function makes of the result. */
    public <S> PartialResult<S> map(Function<? super R, ? extends S> function) {
        return new PartialResult<>(function.apply(initialValue));
    }
}
