/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.codec;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The numbers that widen, and to what without loss. */
enum NumberKind {
    BYTE(byte.class, Byte.class, Number::byteValue),
    SHORT(short.class, Short.class, Number::shortValue),
    INT(int.class, Integer.class, Number::intValue),
    LONG(long.class, Long.class, Number::longValue),
    FLOAT(float.class, Float.class, Number::floatValue),
    DOUBLE(double.class, Double.class, Number::doubleValue);

    private final Class<?> primitive;
    private final Class<?> box;
    private final Function<Number, Object> conversion;

    NumberKind(Class<?> primitive, Class<?> box, Function<Number, Object> conversion) {
        this.primitive = primitive;
        this.box = box;
        this.conversion = conversion;
    }

    /** Null for what is no such number, primitive or box. */
    static @Nullable NumberKind of(Class<?> type) {
        for (NumberKind kind : values()) {
            if (kind.primitive == type || kind.box == type) {
                return kind;
            }
        }
        return null;
    }

    Class<?> box() {
        return box;
    }

    /** Byte to short to int to long; float, and all up to int, to double. */
    boolean widensTo(NumberKind other) {
        if (other == DOUBLE) {
            return this != LONG;
        }
        return this == other || other.compareTo(LONG) <= 0 && compareTo(other) < 0;
    }

    Object convert(Object number) {
        return conversion.apply((Number) number);
    }
}
