/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.codec;

import dev.millrace.codec.Renamed;
import dev.millrace.error.CodecException;
import java.lang.reflect.Field;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/** A record, class or enum that may be encoded, with what reflection needs, looked up once. */
final class DeclaredType {
    private final Class<?> type;
    private final Schema schema;
    private final int fingerprint;
    private final @Nullable Shape shape;
    private final Map<String, Object> constants = new HashMap<>();
    private boolean renamedConstants;
    private final boolean[] sorted; // which components are declared to be sorted collections

    /**
     * @throws CodecException if the class cannot be taken apart and made again
     */
    DeclaredType(Class<?> type) {
        this.type = type;
        if (type.isEnum()) {
            shape = null;
            schema = new Schema(Schema.Kind.ENUM, type.getName(), List.of());
            readConstants();
        } else {
            shape = Shape.of(type);
            schema = new Schema(
                    Schema.Kind.COMPOSITE,
                    type.getName(),
                    shape.components().stream().map(Component::field).toList());
        }
        fingerprint = schema.fingerprint();
        sorted = new boolean[shape == null ? 0 : shape.components().size()];
        for (int i = 0; i < sorted.length; i++) {
            Class<?> raw = components().get(i).raw();
            sorted[i] = SortedSet.class.isAssignableFrom(raw) || SortedMap.class.isAssignableFrom(raw);
        }
    }

    private void readConstants() {
        for (Object constant : type.getEnumConstants()) {
            constants.put(((Enum<?>) constant).name(), constant);
        }
        for (Object constant : type.getEnumConstants()) {
            Renamed renamed = fieldOf((Enum<?>) constant).getAnnotation(Renamed.class);
            if (renamed != null) {
                renamedConstants = true;
                for (String former : renamed.from()) {
                    Object other = constants.putIfAbsent(former, constant);
                    if (other != null && other != constant) {
                        throw new CodecException("the constants " + other + " and " + constant + " of the enum "
                                + type.getName() + " both claim the name " + former + "; take it from one");
                    }
                }
            }
        }
    }

    private Field fieldOf(Enum<?> constant) {
        try {
            return type.getField(constant.name());
        } catch (NoSuchFieldException e) {
            throw new IllegalStateException(e);
        }
    }

    Class<?> type() {
        return type;
    }

    Schema schema() {
        return schema;
    }

    int fingerprint() {
        return fingerprint;
    }

    /** Returns whether some constant is also read under a former name, so that its bytes may be out of date. */
    boolean renamesConstants() {
        return renamedConstants;
    }

    List<Component> components() {
        return shape().components();
    }

    @Nullable
    Object[] componentsOf(Object value) {
        return shape().componentsOf(value);
    }

    /** Makes a value of what was read; in a key sets and maps are written alike, so some are sorted again. */
    Object make(@Nullable Object[] components) {
        for (int i = 0; i < sorted.length; i++) {
            if (sorted[i]) {
                components[i] = SortedParts.of(components[i]);
            }
        }
        return shape().make(components);
    }

    private Shape shape() {
        if (shape == null) {
            throw new IllegalStateException("an enum has no components");
        }
        return shape;
    }

    Object constant(String name) {
        Object constant = constants.get(name);
        if (constant == null) {
            throw new CodecException("enum " + type.getName() + " has no constant " + name
                    + " any more, and stored data uses it; put it back, or write @Renamed(from = \"" + name
                    + "\") on the constant that took its place");
        }
        return constant;
    }
}
