/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.state;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.codec.LocalValues;
import dev.millrace.internal.codec.ValueCodec;
import java.util.Arrays;

/**
 * The form in which the states of a step stand in its runs: each is encoded as the checkpoint has it. It holds no states.
 *
 * @param step the name of the step, for people
 * @param type the type of the states, as the program declares it
 */
public record StateForm(String step, Class<?> type) {
    /**
     * The bytes of a state that is held.
     *
     * @throws dev.millrace.error.CodecException if the codec does not know a type
     */
    static byte[] encoded(Object held, LocalValues values) {
        return held instanceof byte[] encoded ? encoded : values.encode(held, true);
    }

    /** The state of the bytes as it is held; they may be changed afterwards. */
    @SuppressWarnings("NullAway") // a state is never null
    Object held(LocalValues values, byte[] array, int from, int to) {
        Object state = fitting(values.decode(array, from, to));
        return Immutables.isKnown(state) ? state : Arrays.copyOfRange(array, from, to);
    }

    /**
     * A stored state as the program has it.
     *
     * @throws CheckpointException if it is of another type
     */
    public Object fitting(Object kept) {
        if (type.isInstance(kept)) {
            return kept;
        }
        Object state = ValueCodec.fit(kept, type);
        if (state == null) {
            throw new CheckpointException("the state " + step + " holds a value of type "
                    + kept.getClass().getName() + ", and the program says " + type.getName()
                    + "; write StateType.of(\"" + step + "\", "
                    + kept.getClass().getSimpleName() + ".class), or give the new state another name");
        }
        return state;
    }
}
