/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.state;

import dev.millrace.streaming.State;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** The state that a function is given; one object for all keys of a task. */
final class KeyState<S> extends State<S> {
    private final HeldStates<S> states;
    private @Nullable Object held; // what the key has
    private @Nullable S value; // once it was asked for, or updated
    private boolean updated;
    private boolean removed;
    private boolean timingOut;

    KeyState(HeldStates<S> states) {
        this.states = states;
    }

    /**
     * Begins the call for another key.
     *
     * @param state as it is held, or null if the key has none
     */
    void open(@Nullable Object state, boolean isTimingOut) {
        held = state;
        value = null;
        updated = false;
        removed = false;
        timingOut = isTimingOut;
    }

    boolean isUpdated() {
        return updated;
    }

    boolean isRemoved() {
        return removed;
    }

    /** Returns whether the function has a copy of the state, which it may have changed without an update. */
    boolean isCopied() {
        return value != null && !updated && held instanceof byte[];
    }

    @Override
    public boolean exists() {
        return value != null || held != null;
    }

    @Override
    public S get() {
        S present = value;
        if (present == null && held != null) {
            present = states.copy(held);
            value = present;
        }
        if (present == null) {
            throw new NoSuchElementException(
                    "the key has no state" + (removed ? " any more" : " yet") + "; ask exists() first, or use orElse");
        }
        return present;
    }

    @Override
    @SuppressWarnings("NullAway") // users may pass null
    public void update(S state) {
        refuse("updated");
        if (state == null) {
            throw new IllegalArgumentException("the state cannot be null; to drop the key, call remove()");
        }
        value = state;
        updated = true;
    }

    @Override
    public void remove() {
        refuse("removed");
        held = null;
        value = null;
        updated = false;
        removed = true;
    }

    private void refuse(String what) {
        if (removed) {
            throw new IllegalArgumentException("the state cannot be " + what
                    + " after it was removed in the same call; decide once in the function");
        }
        if (timingOut) {
            throw new IllegalArgumentException("the state cannot be " + what
                    + " while it is timing out: it is dropped after this call; ask isTimingOut() first");
        }
    }

    @Override
    public boolean isTimingOut() {
        return timingOut;
    }
}
