/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.codec.Schemas;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.state.StateEntry;
import org.jspecify.annotations.Nullable;

/**
 * Decodes entries of a step in the types of today.
 *
 * @param stored the schemas that the entries were encoded by
 * @param valueType what the values are, as the program says
 */
record EntryDecoder(String step, ValueCodec codec, Schemas stored, Class<?> valueType) {
    @SuppressWarnings("NullAway") // keys and values may be null
    StateEntry entry(EntryCursor at) {
        return new StateEntry(at.decodeKey(codec), value(at), at.touched());
    }

    /** The value as it was kept. */
    @Nullable
    Object kept(EntryCursor at) {
        return codec.decodeValue(at.valueBlock(), at.valueFrom(), at.valueTo(), stored);
    }

    /**
     * The value as the program has it.
     *
     * @throws CheckpointException if it is of another type
     */
    @Nullable
    Object value(EntryCursor at) {
        Object kept = kept(at);
        Object value = kept == null ? null : ValueCodec.fit(kept, valueType);
        if (kept != null && value == null) {
            throw new CheckpointException("the state " + step + " holds a value of type "
                    + kept.getClass().getName() + ", and the program says " + valueType.getName()
                    + "; write StateType.of(\"" + step + "\", "
                    + kept.getClass().getSimpleName() + ".class), or give the new state another name");
        }
        return value;
    }
}
