/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.codec;

import dev.millrace.Tuple2;
import dev.millrace.Tuple3;
import dev.millrace.Tuple4;
import dev.millrace.streaming.BatchTime;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The types that need no declaration, as a stored schema names them. Found by name here, and never by loading a class. */
final class BuiltIn {
    private static final Map<String, Class<?>> BY_NAME = Stream.of(
                    boolean.class,
                    Boolean.class,
                    char.class,
                    Character.class,
                    byte.class,
                    Byte.class,
                    short.class,
                    Short.class,
                    int.class,
                    Integer.class,
                    long.class,
                    Long.class,
                    float.class,
                    Float.class,
                    double.class,
                    Double.class,
                    String.class,
                    Object.class,
                    Iterable.class,
                    Collection.class,
                    List.class,
                    ArrayList.class,
                    Set.class,
                    HashSet.class,
                    LinkedHashSet.class,
                    SortedSet.class,
                    NavigableSet.class,
                    TreeSet.class,
                    Map.class,
                    HashMap.class,
                    LinkedHashMap.class,
                    SortedMap.class,
                    NavigableMap.class,
                    TreeMap.class,
                    Optional.class,
                    Tuple2.class,
                    Tuple3.class,
                    Tuple4.class,
                    Number.class,
                    BigInteger.class,
                    BigDecimal.class,
                    Instant.class,
                    Duration.class,
                    LocalDate.class,
                    LocalDateTime.class,
                    UUID.class,
                    BatchTime.class)
            .collect(Collectors.toMap(Class::getName, Function.identity()));

    private static final List<Supplier<Object>> EMPTY =
            List.of(ArrayList::new, LinkedHashSet::new, LinkedHashMap::new, TreeSet::new, TreeMap::new);

    private BuiltIn() {}

    /** The type of a name, boxed, or null. */
    static @Nullable Class<?> named(String name) {
        Class<?> type = BY_NAME.get(name);
        return type == null ? null : boxed(type);
    }

    static Class<?> boxed(Class<?> type) {
        if (type == boolean.class) {
            return Boolean.class;
        } else if (type == char.class) {
            return Character.class;
        }
        NumberKind number = NumberKind.of(type);
        return number == null ? type : number.box();
    }

    /** A maker of the empty value of a collection, map or Optional; null for other types. */
    static @Nullable Supplier<Object> empty(Class<?> type) {
        if (type == Optional.class) {
            return Optional::empty;
        }
        if (Iterable.class.isAssignableFrom(type) || Map.class.isAssignableFrom(type)) {
            return EMPTY.stream()
                    .filter(maker -> type.isInstance(maker.get()))
                    .findFirst()
                    .orElse(null);
        }
        return null;
    }
}
