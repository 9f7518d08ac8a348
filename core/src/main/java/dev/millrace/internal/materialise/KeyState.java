/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.materialise;

import dev.millrace.streaming.State;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** The state that a function is given; one object for all keys of a task. */
final class KeyState<S> extends State<S> {
    private @Nullable S value;
    private boolean updated;
    private boolean removed;
    private boolean timingOut;

    /** Begins the call for another key; {@code state} is null if it has none. */
    void open(@Nullable S state, boolean isTimingOut) {
        value = state;
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

    @Override
    public boolean exists() {
        return value != null;
    }

    @Override
    public S get() {
        S present = value;
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
