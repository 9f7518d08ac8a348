/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.codec;

import dev.millrace.codec.Renamed;
import dev.millrace.error.CodecException;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Declared types by class, by name and by former name, and what has been resolved against them. For several threads. */
final class TypeIndex {
    private static final int KEPT = 1000;

    private final Map<Class<?>, DeclaredType> byClass = new HashMap<>();
    private final Map<Class<?>, String> refused = new LinkedHashMap<>();
    private final Map<String, Class<?>> byName = new HashMap<>();
    private final Map<String, Class<?>> byFormerName = new HashMap<>();
    private final Map<Schema, Resolver> resolved = new ConcurrentHashMap<>();

    /**
     * @param classes whose values are stored
     * @param supertypes that components name, without values of their own
     */
    TypeIndex(Collection<Class<?>> classes, Collection<Class<?>> supertypes) {
        for (Class<?> type : classes) {
            addNames(type);
            try {
                byClass.put(type, new DeclaredType(type));
            } catch (CodecException e) {
                refused.put(type, e.getMessage()); // a program may never store it
            }
        }
        supertypes.forEach(this::addNames);
    }

    private void addNames(Class<?> type) {
        byName.put(type.getName(), type);
        Renamed renamed = type.getAnnotation(Renamed.class);
        if (renamed == null) {
            return;
        }
        String beside = type.getName().replaceFirst("[^.$]*$", "");
        for (String from : renamed.from()) {
            String former = from.contains(".") ? from : beside + from;
            Class<?> other = byFormerName.putIfAbsent(former, type);
            if (other != null && other != type) {
                throw new CodecException("the types " + other.getName() + " and " + type.getName()
                        + " both claim the former name " + former + "; take @Renamed from one");
            }
        }
    }

    @Nullable
    DeclaredType ofClass(Class<?> type) {
        DeclaredType declared = byClass.get(type);
        if (declared == null && refused.containsKey(type)) {
            throw new CodecException(String.valueOf(refused.get(type)));
        }
        return declared;
    }

    void addSchemas(Schemas all) {
        byClass.values().forEach(type -> all.add(type.fingerprint(), type.schema()));
    }

    /** The class or supertype that has a stored name now, or null. */
    @Nullable
    Class<?> named(String stored) {
        Class<?> type = byName.get(stored);
        return type != null ? type : byFormerName.get(stored);
    }

    Resolver resolver(Schema stored) {
        Resolver known = resolved.get(stored);
        if (known == null) {
            known = Evolution.resolve(stored, this);
            if (!known.isRefused() && resolved.size() < KEPT) { // damaged bytes must not fill the memory
                resolved.put(stored, known);
            }
        }
        return known;
    }

    List<String> problems() {
        return List.copyOf(refused.values());
    }
}
