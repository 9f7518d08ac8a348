/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.codec;

import dev.millrace.error.CodecException;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Makes values of a class of today of those of one stored schema. Decided once, then only followed. */
final class Resolver {
    private final Schema stored;
    private final SchemaChange change;
    private final @Nullable DeclaredType type;
    private final List<Step> steps;
    private final List<Supplier<@Nullable Object>> absent;
    private final boolean kept;

    /**
     * The treatment of one stored component.
     *
     * @param target its place in the class, or -1 if the class does not have it any more
     * @param conversion null if the value fits as it is
     * @param forNull what stands for a stored null, or null if that may stay
     */
    record Step(
            int target,
            @Nullable UnaryOperator<Object> conversion,
            @Nullable Supplier<@Nullable Object> forNull) {
        static final Step REMOVED = new Step(-1, null, null);

        boolean isRemoved() {
            return target < 0;
        }

        @Nullable
        Object apply(@Nullable Object value) {
            if (value == null) {
                return forNull == null ? null : forNull.get();
            }
            return conversion == null ? value : conversion.apply(value);
        }
    }

    /**
     * @param type null if the values are refused
     * @param steps for each stored component
     * @param absent for each component of the class, what it is if nothing is stored
     */
    Resolver(
            Schema stored,
            SchemaChange change,
            @Nullable DeclaredType type,
            List<Step> steps,
            List<Supplier<@Nullable Object>> absent) {
        this.stored = stored;
        this.change = change;
        this.type = type;
        this.steps = steps;
        this.absent = absent;
        kept = change.outcome() == SchemaChange.Outcome.KEPT;
    }

    SchemaChange change() {
        return change;
    }

    boolean isKept() {
        return kept;
    }

    boolean isRefused() {
        return type == null;
    }

    /** Returns whether values may have other bytes when they are written again. */
    boolean rewrites() {
        return type != null && (!kept || type.renamesConstants());
    }

    /**
     * The type of today, for bytes that say that the value is an enum, or not.
     *
     * @throws CodecException if the values are refused
     */
    DeclaredType type(boolean isEnum) {
        if (type == null) {
            throw new CodecException("stored values of type " + change.type() + " cannot be read: "
                    + String.join("; and ", change.details()));
        }
        if (stored.isEnum() != isEnum) {
            throw new CodecException("damaged bytes: a value of " + stored.typeName() + " has the wrong tag");
        }
        return type;
    }

    List<Step> steps() {
        return steps;
    }

    /** Components as they are where nothing is stored. */
    @Nullable
    Object[] newComponents() {
        @Nullable Object[] components = new Object[absent.size()];
        for (int i = 0; i < components.length; i++) {
            components[i] = absent.get(i).get();
        }
        return components;
    }
}
