/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.rdd;

import dev.millrace.error.CodecException;
import dev.millrace.error.RefusedException;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.spi.Codec;
import java.io.Serializable;
import java.lang.reflect.Array;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * With what an aggregation begins, once for each partition or key: a function may change what it is given, so each gets a copy.
 *
 * @param encoded null for what nobody can change, and for arrays of numbers
 */
record ZeroValue<U>(U value, byte @Nullable [] encoded, Codec codec) implements Serializable {
    private static final Set<Class<?>> UNCHANGEABLE = Set.of(
            String.class,
            Boolean.class,
            Character.class,
            Byte.class,
            Short.class,
            Integer.class,
            Long.class,
            Float.class,
            Double.class);

    /** @throws RefusedException if the value is of a type that is not declared, so that it cannot be copied */
    static <U> ZeroValue<U> of(Operator operator, U value, Codec codec) {
        if (value == null || UNCHANGEABLE.contains(value.getClass()) || isOfNumbers(value)) {
            return new ZeroValue<>(value, null, codec);
        }
        try {
            return new ZeroValue<>(value, codec.encode(value), codec);
        } catch (CodecException e) {
            throw new RefusedException(
                    "the zero value given to " + operator + " cannot be copied, and the function may change it: "
                            + e.getMessage(),
                    e);
        }
    }

    private static boolean isOfNumbers(Object value) {
        Class<?> component = value.getClass().getComponentType();
        return component != null && component.isPrimitive();
    }

    /** Returns whether a function could change the value; others of its type neither, if not. */
    boolean canChange() {
        return value == null || !UNCHANGEABLE.contains(value.getClass());
    }

    @SuppressWarnings({"unchecked", "NullAway", "SuspiciousSystemArraycopy"
    }) // as it was given; an array, as was looked at
    U fresh() {
        if (encoded != null) {
            return (U) codec.decode(encoded);
        }
        if (value == null || !value.getClass().isArray()) {
            return value;
        }
        int length = Array.getLength(value);
        Object copy = Array.newInstance(value.getClass().getComponentType(), length);
        System.arraycopy(value, 0, copy, 0, length);
        return (U) copy;
    }
}
