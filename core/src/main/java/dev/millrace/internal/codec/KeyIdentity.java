/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.codec;

import dev.millrace.error.RefusedException;
import dev.millrace.internal.codec.KeyKind.Refusal;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * The rule for keys that outlive a batch: two are the same key if their canonical encodings are the same bytes. Tables find
 * them by their own equals, files by their bytes; so keys for which the two may differ are refused, by their type, or, where
 * methods of the program decide, as soon as two keys meet that show it. Safe for several threads.
 */
public final class KeyIdentity {
    private static final int SHOWN = 200;

    private KeyIdentity() {}

    /**
     * Looks at a key that a table does not have yet.
     *
     * @throws RefusedException if its own equality may be another than that of its encoding
     */
    public static void entered(@Nullable Object key) {
        if (key instanceof String || key instanceof Long || key instanceof Integer) {
            return;
        }
        Refusal refusal = refusalOf(key);
        if (refusal != null) {
            throw refused(key, refusal);
        }
    }

    /**
     * Looks at a key that is equal to one that a table has.
     *
     * @throws RefusedException if their encodings differ
     */
    public static void met(@Nullable Object present, @Nullable Object key) {
        if (!KeyKind.anyWatched() || key instanceof String || key instanceof Long || isSame(present, key)) {
            return;
        }
        throw refused(
                key,
                new Refusal(
                        "it is equal to the key " + shown(present) + ", from which it differs in what is stored",
                        "let equals compare all that is stored, or map to a key that has just what equals compares"));
    }

    /** The reason for which keys of a declared type are refused, as a sentence without its subject; null if the type does not tell. */
    public static @Nullable String problem(Type declared) {
        Refusal refusal = KeyKind.refusal(declared);
        return refusal == null
                ? null
                : "has keys of type " + declared.getTypeName() + ", which cannot be kept from batch to batch: "
                        + refusal.why() + "; " + refusal.change();
    }

    private static RefusedException refused(@Nullable Object key, Refusal refusal) {
        return new RefusedException("the key " + shown(key) + " cannot be kept from batch to batch: " + refusal.why()
                + "; " + refusal.change());
    }

    private static String shown(@Nullable Object key) {
        String text = String.valueOf(key);
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
    }

    private static @Nullable Refusal refusalOf(@Nullable Object value) {
        if (value == null) {
            return null;
        }
        KeyKind kind = KeyKind.of(value.getClass());
        return switch (kind.sort()) {
            case WHOLE -> null;
            case REFUSED -> kind.refusal();
            case LIST -> firstOf((List<?>) value);
            case SET -> ofSet((Set<?>) value);
            case MAP -> ofMap((Map<?, ?>) value);
            case OPTIONAL -> refusalOf(((Optional<?>) value).orElse(null));
            case RECORD -> ofRecord(value);
            case WATCHED -> ofWatched(value, kind.shape());
        };
    }

    private static @Nullable Refusal firstOf(Collection<?> values) {
        for (Object element : values) {
            Refusal refusal = refusalOf(element);
            if (refusal != null) {
                return refusal;
            }
        }
        return null;
    }

    private static @Nullable Refusal ofSet(Set<?> set) {
        Refusal refusal = set instanceof SortedSet<?> sorted ? ofOrder(set, sorted.comparator() != null, set) : null;
        return refusal != null ? refusal : firstOf(set);
    }

    private static @Nullable Refusal ofMap(Map<?, ?> map) {
        Refusal refusal = map instanceof SortedMap<?, ?> sorted
                ? ofOrder(map, sorted.comparator() != null, map.keySet())
                : firstOf(map.keySet());
        return refusal != null ? refusal : firstOf(map.values());
    }

    /** A sorted collection asks an order what is equal. */
    private static @Nullable Refusal ofOrder(Object collection, boolean compares, Set<?> keys) {
        String type = collection.getClass().getTypeName();
        String change = "use a " + (collection instanceof Set<?> ? "HashSet" : "HashMap");
        if (compares) {
            return new Refusal("a " + type + " with a comparator may call others equal than the elements do", change);
        }
        for (Object key : keys) {
            if (!KeyKind.isOrdered(key.getClass())) {
                return new Refusal(
                        "a " + type + " goes by the natural order of "
                                + key.getClass().getTypeName() + ", which may call others equal than its equals does",
                        change);
            }
        }
        return null;
    }

    private static @Nullable Refusal ofRecord(Object value) {
        for (var accessor : RecordMethods.of(value.getClass()).accessors()) {
            Refusal refusal = refusalOf(RecordMethods.component(accessor, value));
            if (refusal != null) {
                return refusal;
            }
        }
        return null;
    }

    /** A key of which a file has the bytes must be equal to what is read from them. */
    private static @Nullable Refusal ofWatched(Object value, @Nullable Shape shape) {
        if (shape == null) {
            return null;
        }
        Object copy = StoredCopy.of(value);
        if (value.equals(copy) && copy.equals(value) && value.hashCode() == copy.hashCode()) {
            return null;
        }
        return new Refusal(
                "the class " + value.getClass().getName() + " has an equals by which it differs from what is read back"
                        + " of it, because it looks at what is not stored, or at identities",
                "let equals and hashCode compare just what is stored, or make it a record");
    }

    /** Returns whether two values have the same encoding. */
    private static boolean isSame(@Nullable Object one, @Nullable Object other) {
        if (one == other) {
            return true;
        } else if (one == null || other == null) {
            return false;
        }
        KeyKind kind = KeyKind.of(one.getClass());
        return switch (kind.sort()) {
            case LIST -> other instanceof List<?> list && areSame((List<?>) one, list);
            case SET -> other instanceof Set<?> set && haveSameElements((Set<?>) one, set);
            case MAP -> other instanceof Map<?, ?> map && haveSameEntries((Map<?, ?>) one, map);
            case OPTIONAL ->
                other instanceof Optional<?> optional
                        && isSame(((Optional<?>) one).orElse(null), optional.orElse(null));
            default -> kind.shape() == null ? Objects.deepEquals(one, other) : haveSameParts(one, other, kind.shape());
        };
    }

    private static boolean haveSameParts(Object one, Object other, Shape shape) {
        return one.getClass() == other.getClass()
                && areSame(
                        java.util.Arrays.asList(shape.componentsOf(one)),
                        java.util.Arrays.asList(shape.componentsOf(other)));
    }

    private static boolean areSame(List<?> one, List<?> other) {
        Iterator<?> others = other.iterator();
        for (Object element : one) {
            if (!others.hasNext() || !isSame(element, others.next())) {
                return false;
            }
        }
        return !others.hasNext();
    }

    private static boolean haveSameElements(Set<?> one, Set<?> other) {
        List<Object> elements = new ArrayList<>(other);
        Map<Object, Object> others = CollidingMap.of(elements, elements);
        return one.size() == others.size()
                && one.stream()
                        .allMatch(element -> others.containsKey(element) && isSame(element, others.get(element)));
    }

    private static boolean haveSameEntries(Map<?, ?> one, Map<?, ?> other) {
        return haveSameElements(one.keySet(), other.keySet())
                && one.entrySet().stream().allMatch(entry -> isSame(entry.getValue(), other.get(entry.getKey())));
    }
}
