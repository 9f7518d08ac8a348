/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.state;

import dev.millrace.Tuple2;
import dev.millrace.error.CodecException;
import dev.millrace.error.RefusedException;
import dev.millrace.internal.codec.LocalValues;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.lineage.Operator;
import java.util.Arrays;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * The form in which a state's table and overlays hold states, so that nobody changes what they hold. A state that is
 * {@linkplain Immutables known to be immutable} is held as it is; any other as its bytes, from which each call and each
 * reader gets a copy of its own. So a {@code byte[]} in a table is always such bytes, and a call has changed a state if they
 * differ. A state that the codec cannot encode is refused where states are durable; elsewhere it is held as it is, and shared
 * by all.
 *
 * <p>For one attempt, or one reader; one thread.
 */
public final class HeldStates<S> {
    private static final Operator KEPT = new Operator("a restored state", "the checkpoint");

    private final Operator operator;
    private final ValueCodec codec;
    private final boolean durable;
    private final boolean mayShare;
    private @Nullable LocalValues local;
    private @Nullable String shared;
    private @Nullable Object handed;

    private HeldStates(Operator operator, ValueCodec codec, boolean durable, boolean mayShare) {
        this.operator = operator;
        this.codec = codec;
        this.durable = durable;
        this.mayShare = mayShare;
    }

    /** The form of states that were kept, to put them back or to show them. */
    public static <S> HeldStates<S> kept(ValueCodec codec) {
        return new HeldStates<>(KEPT, codec, true, false);
    }

    /** The form of a state that goes through the codec in any case. */
    public static <S> HeldStates<S> encoded(Operator operator, ValueCodec codec) {
        return new HeldStates<>(operator, codec, true, false);
    }

    /**
     * Of a state that need not go through the codec.
     *
     * @param mayShare whether an earlier batch has left states that are shared
     */
    public static <S> HeldStates<S> inMemory(Operator operator, ValueCodec codec, boolean mayShare) {
        return new HeldStates<>(operator, codec, false, mayShare);
    }

    /**
     * The object that a table holds for a state.
     *
     * @throws RefusedException if the codec cannot encode it, and must
     */
    public Object hold(@Nullable Object key, S state) {
        if (Immutables.isKnown(state)) {
            return state;
        }
        try {
            return local().encode(state, !durable);
        } catch (CodecException e) {
            if (durable) {
                throw new RefusedException(
                        "the state of key " + key + " in " + operator + " cannot be kept: " + e.getMessage(), e);
            }
            shared = e.getMessage();
            return state;
        }
    }

    /** The state, for a call that may change it: nobody else has it, unless it is shared. */
    @SuppressWarnings({"unchecked", "NullAway"}) // what was encoded was a state
    public S copy(Object held) {
        if (held instanceof byte[] bytes) {
            return (S) local().decode(bytes);
        }
        if (mayShare && !Immutables.isKnown(held)) {
            handed = held;
        }
        return (S) held;
    }

    /** Returns whether two states that are held are the same, whatever their type calls equal. */
    static boolean same(Object first, Object second) {
        if (first instanceof byte[] before && second instanceof byte[] after) {
            return Arrays.equals(before, after);
        }
        return Immutables.same(first, second);
    }

    /** The reason why a state could not be copied and is shared from now on; null if there was none. */
    public @Nullable String shared() {
        return shared;
    }

    /**
     * Why a state of an earlier batch could not be copied, if the function was given one itself: it may have changed it, so
     * another attempt may find the change.
     */
    public @Nullable String handed() {
        return handed == null ? null : whyShared(handed);
    }

    /** The reason why a state that is held cannot be copied; null if it can be, or need not be. */
    @Nullable
    String whyShared(Object held) {
        if (held instanceof byte[] || Immutables.isKnown(held)) {
            return null;
        }
        try {
            local().encode(held, true);
            return null;
        } catch (CodecException e) {
            return e.getMessage();
        }
    }

    /** Entries as a program sees them. */
    public <K> Iterator<Tuple2<K, S>> copies(Iterator<Tuple2<K, Object>> entries) {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return entries.hasNext();
            }

            @Override
            public Tuple2<K, S> next() {
                Tuple2<K, Object> entry = entries.next();
                return new Tuple2<>(entry._1(), copy(entry._2()));
            }
        };
    }

    /** The bytes of what is held are of these. */
    LocalValues local() {
        LocalValues present = local;
        if (present == null) {
            present = codec.local();
            local = present;
        }
        return present;
    }
}
