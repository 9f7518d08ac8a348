/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The name and type of a keyed state. The name is the state's identity in a checkpoint; the type, with the records and
 * enums that its components name, is declared to the codec.
 *
 * @param name unique in the program
 * @param type the class of the state: a string, box, record, enum, java.time value, collection, or class with fields. A
 *     function is given a copy of a state that may change, made by the codec: without transient fields, lists as ArrayList
 * @param timeout for how long a key of {@code mapWithState} may be idle, or null for ever
 */
public record StateType<S>(
        String name, Class<S> type, @Nullable Duration timeout) {
    public StateType {
        if (timeout != null && timeout.toMillis() < 1) {
            throw new IllegalArgumentException("the state " + name + " has a timeout of " + timeout.toMillis()
                    + " ms; it must be at least 1 ms, such as Durations.minutes(30)");
        }
    }

    /** A state of that name and type without a timeout. */
    public static <S> StateType<S> of(String name, Class<S> type) {
        return new StateType<>(name, type, null);
    }

    /** The same with a timeout: {@code mapWithState} drops a key that had no data for longer than {@code idle}. */
    public StateType<S> timeout(Duration idle) {
        return new StateType<>(name, type, idle);
    }
}
