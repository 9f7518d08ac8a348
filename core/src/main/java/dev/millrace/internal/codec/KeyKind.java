/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.codec;

import dev.millrace.Tuple2;
import dev.millrace.Tuple3;
import dev.millrace.Tuple4;
import dev.millrace.error.CodecException;
import dev.millrace.streaming.BatchTime;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URL;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Collection;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The relation of the equality that a class defines to that of the canonical encodings of its values. Found once per class.
 *
 * @param refusal why no value can be a key that is kept; null unless the sort says so
 * @param shape how a value comes apart; null if it does not, or cannot be put together again
 */
record KeyKind(
        Sort sort, @Nullable Refusal refusal, @Nullable Shape shape) {
    enum Sort {
        /** The same, whatever the value. */
        WHOLE,
        /** The same if it is for all elements or components. */
        LIST,
        SET,
        MAP,
        OPTIONAL,
        RECORD,
        /** Methods of the program decide, which are watched. */
        WATCHED,
        REFUSED
    }

    /** The reason for which something cannot be a key that is kept, and the one change to make. */
    record Refusal(String why, String change) {
        static final Refusal ARRAY = new Refusal("an array is equal to itself alone", "use a List");
    }

    /** With a natural order that calls equal what equals calls equal. */
    private static final Set<Class<?>> ORDERED = Set.of(
            Boolean.class,
            Character.class,
            Byte.class,
            Short.class,
            Integer.class,
            Long.class,
            Float.class,
            Double.class,
            String.class,
            BigInteger.class,
            Instant.class,
            Duration.class,
            LocalDate.class,
            LocalDateTime.class,
            UUID.class,
            BatchTime.class);

    private static final KeyKind OF_WHOLE = new KeyKind(Sort.WHOLE, null, null);
    private static volatile boolean watched;

    private static final ClassValue<KeyKind> KINDS = new ClassValue<>() {
        @Override
        protected KeyKind computeValue(Class<?> type) {
            KeyKind kind = kindOf(type);
            if (kind.sort() == Sort.WATCHED) {
                watched = true;
            }
            return kind;
        }
    };

    static KeyKind of(Class<?> type) {
        return KINDS.get(type);
    }

    /** Returns whether some class that was asked for has methods that are watched. */
    static boolean anyWatched() {
        return watched;
    }

    static boolean isOrdered(Class<?> type) {
        return ORDERED.contains(type) || Enum.class.isAssignableFrom(type);
    }

    private static KeyKind kindOf(Class<?> type) {
        if (isOrdered(type) || type == BigDecimal.class) {
            return OF_WHOLE;
        } else if (type.isRecord()) {
            return recordKind(type);
        }
        Refusal refusal = refusalOfClass(type);
        if (refusal != null) {
            return new KeyKind(Sort.REFUSED, refusal, shape(type));
        } else if (List.class.isAssignableFrom(type)) {
            return new KeyKind(Sort.LIST, null, null);
        } else if (Set.class.isAssignableFrom(type)) {
            return new KeyKind(Sort.SET, null, null);
        } else if (Map.class.isAssignableFrom(type)) {
            return new KeyKind(Sort.MAP, null, null);
        } else if (type == Optional.class) {
            return new KeyKind(Sort.OPTIONAL, null, null);
        } else if (type.getName().startsWith("java.")) {
            return OF_WHOLE; // a value type that has no encoding, so that its equality is never another
        }
        return new KeyKind(Sort.WATCHED, null, shape(type));
    }

    private static KeyKind recordKind(Class<?> type) {
        Refusal refusal = refusal(type);
        if (refusal != null) {
            return new KeyKind(Sort.REFUSED, refusal, shape(type));
        } else if (!RecordMethods.of(type).known()) {
            return new KeyKind(Sort.WATCHED, null, shape(type));
        }
        return isWhole(type, new HashSet<>()) ? OF_WHOLE : new KeyKind(Sort.RECORD, null, shape(type));
    }

    /** Of a type that the codec could not store there is none: then it is never compared by its bytes. */
    private static @Nullable Shape shape(Class<?> type) {
        try {
            return type.isArray() || type.getName().startsWith("java.") ? null : Shape.of(type);
        } catch (CodecException e) {
            return null;
        }
    }

    private static boolean isWhole(Class<?> type, Set<Class<?>> open) {
        if (type.isPrimitive() || isOrdered(type)) {
            return true;
        }
        if (!type.isRecord() || !open.add(type) || !RecordMethods.of(type).generatedEquals()) {
            return false;
        }
        for (RecordComponent component : type.getRecordComponents()) {
            if (!isWhole(component.getType(), open)) {
                return false;
            }
        }
        return true;
    }

    /** The refusal of a declared type of which no value can be a key that is kept; null if some can, or the type does not tell. */
    static @Nullable Refusal refusal(Type declared) {
        return refusal(declared, new HashSet<>());
    }

    private static @Nullable Refusal refusal(Type declared, Set<Class<?>> open) {
        if (declared instanceof ParameterizedType generic) {
            return refusalOfGeneric(generic, open);
        } else if (declared instanceof GenericArrayType) {
            return Refusal.ARRAY;
        } else if (!(declared instanceof Class<?> type)) {
            return null;
        } else if (type.isRecord()) {
            return refusalOfRecord(type, open);
        } else {
            boolean exact = type.isArray() || type == URL.class || Modifier.isFinal(type.getModifiers());
            return exact && !type.isPrimitive() ? refusalOfClass(type) : null;
        }
    }

    private static @Nullable Refusal refusalOfGeneric(ParameterizedType generic, Set<Class<?>> open) {
        Class<?> raw = (Class<?>) generic.getRawType();
        Refusal refusal = refusal(raw, open);
        boolean holdsArguments = Collection.class.isAssignableFrom(raw)
                || Map.class.isAssignableFrom(raw)
                || Set.of(Optional.class, Tuple2.class, Tuple3.class, Tuple4.class)
                        .contains(raw);
        if (holdsArguments) {
            for (Type argument : generic.getActualTypeArguments()) {
                refusal = refusal == null ? refusal(argument, open) : refusal;
            }
        }
        return refusal;
    }

    private static @Nullable Refusal refusalOfRecord(Class<?> type, Set<Class<?>> open) {
        if (!open.add(type)) {
            return null; // it is being looked at
        }
        RecordMethods methods = RecordMethods.of(type);
        if (methods.known() && !methods.generatedEquals()) {
            return new Refusal(
                    "the record " + type.getName()
                            + " has an equals of its own, and a kept key is found again by all of" + " its components",
                    "take equals and hashCode out of the record, or map to a key that has just what they compare");
        }
        for (RecordComponent component : type.getRecordComponents()) {
            Refusal refusal = methods.known() ? refusal(component.getGenericType(), open) : null;
            if (refusal != null) {
                return new Refusal(
                        "in the component " + component.getName() + " of " + type.getName() + ", " + refusal.why(),
                        refusal.change());
            }
        }
        return null;
    }

    /** Of a class that is no record, whose values are of just this class. */
    private static @Nullable Refusal refusalOfClass(Class<?> type) {
        if (type.isArray()) {
            return Refusal.ARRAY;
        } else if (type == URL.class) {
            return new Refusal("a java.net.URL asks the network what it is equal to", "use a String or a java.net.URI");
        } else if (type == IdentityHashMap.class) {
            return new Refusal("a java.util.IdentityHashMap is equal by the identity of its keys", "use a HashMap");
        } else if (hasIdentity(type)) {
            return new Refusal(
                    "the class " + type.getName() + " has no equals, so each object is equal to itself alone",
                    "make it a record, or map to a key that is equal by value");
        }
        return null;
    }

    private static boolean hasIdentity(Class<?> type) {
        try {
            return !Enum.class.isAssignableFrom(type)
                    && type.getMethod("equals", Object.class).getDeclaringClass() == Object.class;
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException(e);
        }
    }
}
