/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.codec;

import dev.millrace.Tuple2;
import dev.millrace.Tuple3;
import dev.millrace.Tuple4;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Decides how a value of a stored component type becomes one of today's. Declared types are the same here if they have
 * the same name, now or formerly: what is inside them is the matter of their own schema.
 */
final class Conversions {
    static final UnaryOperator<Object> AS_IT_IS = stored -> stored;

    private final TypeIndex types;

    Conversions(TypeIndex types) {
        this.types = types;
    }

    /** The conversion, {@link #AS_IT_IS} if the value fits, or null if there is none. */
    @Nullable
    UnaryOperator<Object> between(TypeName stored, Type present) {
        Class<?> raw = TypeName.erasure(present);
        if (raw == Object.class || TypeName.of(present).equals(stored)) {
            return AS_IT_IS;
        }
        Class<?> builtIn = BuiltIn.named(stored.name());
        NumberKind presentNumber = NumberKind.of(raw);
        NumberKind storedNumber = builtIn == null ? null : NumberKind.of(builtIn);
        if (presentNumber != null && storedNumber != null) {
            if (presentNumber == storedNumber) {
                return AS_IT_IS;
            }
            return storedNumber.widensTo(presentNumber) ? presentNumber::convert : null;
        }
        Class<?> now = builtIn != null ? builtIn : types.named(stored.name());
        if (now == null || !BuiltIn.boxed(raw).isAssignableFrom(now)) {
            return null;
        }
        return ofArguments(stored, present, builtIn);
    }

    private @Nullable UnaryOperator<Object> ofArguments(TypeName stored, Type present, @Nullable Class<?> builtIn) {
        if (!(present instanceof ParameterizedType generic)) {
            return AS_IT_IS; // raw, or a supertype without arguments
        }
        Type[] presentArguments = generic.getActualTypeArguments();
        List<UnaryOperator<Object>> inner = new ArrayList<>();
        for (int i = 0; i < presentArguments.length; i++) {
            TypeName argument =
                    i < stored.arguments().size() ? stored.arguments().get(i) : TypeName.of(Object.class);
            UnaryOperator<Object> conversion = between(argument, presentArguments[i]);
            if (conversion == null) {
                return null;
            }
            inner.add(conversion);
        }
        if (inner.stream().allMatch(conversion -> conversion == AS_IT_IS)) {
            return AS_IT_IS;
        }
        return builtIn == null ? null : container(builtIn, inner);
    }

    /** Converts what is inside; the class decides how many arguments there are. */
    @SuppressWarnings("unchecked")
    private static @Nullable UnaryOperator<Object> container(Class<?> type, List<UnaryOperator<Object>> inner) {
        UnaryOperator<Object> first = inner.get(0);
        if (type == Optional.class) {
            return stored -> ((Optional<Object>) stored).map(first::apply);
        } else if (Iterable.class.isAssignableFrom(type)) {
            return stored -> elements((Collection<Object>) stored, first);
        } else if (Map.class.isAssignableFrom(type)) {
            return stored -> entries((Map<Object, Object>) stored, first, inner.get(1));
        } else if (type == Tuple2.class) {
            return stored -> {
                Tuple2<Object, Object> tuple = (Tuple2<Object, Object>) stored;
                return new Tuple2<>(or(first, tuple._1()), or(inner.get(1), tuple._2()));
            };
        } else if (type == Tuple3.class) {
            return stored -> {
                Tuple3<Object, Object, Object> tuple = (Tuple3<Object, Object, Object>) stored;
                return new Tuple3<>(or(first, tuple._1()), or(inner.get(1), tuple._2()), or(inner.get(2), tuple._3()));
            };
        } else if (type == Tuple4.class) {
            return stored -> {
                Tuple4<Object, Object, Object, Object> tuple = (Tuple4<Object, Object, Object, Object>) stored;
                return new Tuple4<>(
                        or(first, tuple._1()),
                        or(inner.get(1), tuple._2()),
                        or(inner.get(2), tuple._3()),
                        or(inner.get(3), tuple._4()));
            };
        }
        return null;
    }

    @SuppressWarnings("NullAway") // elements may be null
    private static Object or(UnaryOperator<Object> conversion, @Nullable Object value) {
        return value == null ? null : conversion.apply(value);
    }

    private static Object elements(Collection<Object> stored, UnaryOperator<Object> conversion) {
        List<Object> converted = new ArrayList<>(stored.size());
        stored.forEach(element -> converted.add(or(conversion, element)));
        if (stored instanceof SortedSet) {
            return new TreeSet<>(converted);
        }
        return stored instanceof Set ? CollidingSet.of(converted) : converted;
    }

    private static Object entries(Map<Object, Object> stored, UnaryOperator<Object> key, UnaryOperator<Object> value) {
        List<Object> keys = new ArrayList<>();
        List<Object> values = new ArrayList<>();
        stored.forEach((storedKey, held) -> {
            keys.add(or(key, storedKey));
            values.add(or(value, held));
        });
        Map<Object, Object> converted = CollidingMap.of(keys, values);
        return stored instanceof SortedMap ? new TreeMap<>(converted) : converted;
    }
}
