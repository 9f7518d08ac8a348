/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * The state of one key, as the function of {@code mapWithState} sees it: valid during the call only. What {@link #get}
 * gives may be changed in place: it is a copy for this call unless its type is known to be immutable, and the key keeps what
 * the call leaves of it, as if it had been {@linkplain #update updated}.
 *
 * @param <S> the type of the state
 */
public abstract class State<S> {
    /** Returns whether the key has state now: before the call, or by an update in it. */
    public abstract boolean exists();

    /** @throws NoSuchElementException if there is none */
    public abstract S get();

    /**
     * Replaces the state, or begins it.
     *
     * @throws IllegalArgumentException if it was removed in this call, or is timing out
     */
    public abstract void update(S state);

    /**
     * Drops the key. If there is no state, nothing is dropped.
     *
     * @throws IllegalArgumentException if it was removed in this call, or is timing out
     */
    public abstract void remove();

    /** Returns whether this is the last call for the key: it was idle for longer than the timeout, and is dropped afterwards. */
    public abstract boolean isTimingOut();

    /** The state, or empty if there is none. */
    public final Optional<S> getOption() {
        return exists() ? Optional.of(get()) : Optional.empty();
    }

    /** The state, or {@code other} if there is none. */
    public final S orElse(S other) {
        return exists() ? get() : other;
    }

    @Override
    public final String toString() {
        return exists() ? "State(" + get() + ")" : "State()";
    }
}
