/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.lineage;

import dev.millrace.error.RefusedException;
import dev.millrace.internal.codec.RecordMethods;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URL;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A hash that is the same in every JVM, and the same for keys that are equal: strings and boxes by their own specified
 * hash, enums by name, collections and records by component. A record or class that declares hashCode is taken at its word,
 * because its equals may look at a part only. Arrays and classes with the identity hash are refused: they would send one
 * key to different partitions after a restart or on another machine.
 */
public final class StableHash {
    private static final System.Logger LOG = System.getLogger("dev.millrace.engine");

    /** Hashes the values of a class; found once a class. */
    private interface Hasher {
        int hash(Object value);
    }

    private static final ClassValue<Hasher> HASHERS = new ClassValue<>() {
        @Override
        protected Hasher computeValue(Class<?> type) {
            return hasherFor(type);
        }
    };

    private StableHash() {}

    public static int of(@Nullable Object value) {
        if (value instanceof String || value instanceof Integer || value instanceof Long) {
            return value.hashCode();
        }
        if (value == null) {
            return 0;
        }
        return HASHERS.get(value.getClass()).hash(value);
    }

    private static Hasher hasherFor(Class<?> type) {
        if (type.isArray()) {
            throw refused(type, "an array's hash is its identity", "use a List or a record");
        }
        if (Enum.class.isAssignableFrom(type)) {
            return value -> ((Enum<?>) value).name().hashCode();
        }
        if (type.isRecord()) {
            return recordHasher(type);
        }
        if (List.class.isAssignableFrom(type)) {
            return value -> {
                int hash = 1;
                for (Object element : (List<?>) value) {
                    hash = 31 * hash + of(element);
                }
                return hash;
            };
        }
        if (Set.class.isAssignableFrom(type)) {
            return value -> ((Set<?>) value).stream().mapToInt(StableHash::of).sum();
        }
        if (Map.class.isAssignableFrom(type)) {
            return value -> ((Map<?, ?>) value)
                    .entrySet().stream().mapToInt(StableHash::ofEntry).sum();
        }
        if (Map.Entry.class.isAssignableFrom(type)) {
            return value -> ofEntry((Map.Entry<?, ?>) value);
        }
        if (type == Optional.class) {
            return value -> ((Optional<?>) value).map(StableHash::of).orElse(0);
        }
        if (declaresNo("hashCode", type)) {
            throw refused(type, "it does not define hashCode()", "make it a record");
        }
        if (declaresNo("equals", type, Object.class)) {
            throw new RefusedException("a key of type " + type.getTypeName()
                    + " cannot be grouped: it defines hashCode() and not equals(), so each object is equal to itself alone;"
                    + " define both, make it a record, or map it to a key that is equal by value");
        }
        if (type == URL.class) {
            throw refused(
                    type, "its hashCode() asks the network for the host's address", "use a String or a java.net.URI");
        }
        return ownHash(type);
    }

    private static int ofEntry(Map.Entry<?, ?> entry) {
        return of(entry.getKey()) ^ of(entry.getValue());
    }

    private static Hasher recordHasher(Class<?> type) {
        RecordMethods methods = RecordMethods.of(type);
        if (!methods.generatedHashCode()) {
            return ownHash(type);
        }
        Method[] accessors = methods.accessors();
        return value -> {
            int hash = 0;
            for (Method accessor : accessors) {
                hash = 31 * hash + of(RecordMethods.component(accessor, value));
            }
            return hash;
        };
    }

    /** The hash that a type declares. The hash of an enum constant is its identity, so one that takes it is not stable. */
    private static Hasher ownHash(Class<?> type) {
        List<String> enums = new ArrayList<>();
        for (Class<?> next = type; next != null && !next.getName().startsWith("java."); next = next.getSuperclass()) {
            for (Field field : next.getDeclaredFields()) {
                if (field.getType().isEnum() && !Modifier.isStatic(field.getModifiers())) {
                    enums.add(field.getName());
                }
            }
        }
        if (!enums.isEmpty()) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "keys of type " + type.getName()
                            + " are placed by the hashCode() that it declares. If that takes the"
                            + " hashCode() of the enum in " + String.join(" and ", enums)
                            + ", which is another in every"
                            + " process, equal keys go to different partitions on other machines; take the hash of name(),"
                            + " or leave equals and hashCode to a record");
        }
        return Object::hashCode;
    }

    private static boolean declaresNo(String method, Class<?> type, Class<?>... parameters) {
        try {
            return type.getMethod(method, parameters).getDeclaringClass() == Object.class;
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException(e);
        }
    }

    private static RefusedException refused(Class<?> type, String why, String change) {
        return new RefusedException("a key of type " + type.getTypeName()
                + " cannot be partitioned: " + why
                + ", so the same key would go to another partition after a restart or on another machine; "
                + change + ", or map it to a key that is equal by value");
    }
}
