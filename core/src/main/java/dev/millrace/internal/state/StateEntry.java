/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.state;

import dev.millrace.internal.changes.ChangeBlock;

/**
 * A key of a state that is put back, and its state.
 *
 * @param arrival grows with the first arrival of keys; entries may come in another order
 * @param touched when the key last had data, or {@link ChangeBlock#UNTIMED}
 */
public record StateEntry(Object key, Object value, long arrival, long touched) {
    /** Returns this entry, touched at {@code time} if it is not known when. */
    public StateEntry orTouchedAt(long time) {
        return touched != ChangeBlock.UNTIMED ? this : new StateEntry(key, value, arrival, time);
    }
}
