/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.codec;

import dev.millrace.error.CodecException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Compares a stored schema with the class of today and decides for every component. All that is wrong is found, not the
 * first only. The rules for users: docs/guide/upgrading-state-types.md.
 */
final class Evolution {
    private final Schema stored;
    private final DeclaredType type;
    private final Conversions conversions;
    private final TypeIndex types;
    private final List<String> changes = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    private Evolution(Schema stored, DeclaredType type, TypeIndex types) {
        this.stored = stored;
        this.type = type;
        this.types = types;
        conversions = new Conversions(types);
    }

    static Resolver resolve(Schema stored, TypeIndex types) {
        Class<?> present = types.named(stored.typeName());
        DeclaredType type;
        try {
            type = present == null ? null : types.ofClass(present);
        } catch (CodecException e) {
            return refused(stored, List.of(e.getMessage()));
        }
        if (type == null) {
            return refused(
                    stored,
                    List.of("this program declares no such type; declare it with registerTypes(...), or write"
                            + " @Renamed(from = \"" + stored.typeName() + "\") on the type that took its place"));
        }
        if (stored.isEnum() != type.type().isEnum()) {
            return refused(
                    stored,
                    List.of("it was stored as " + kind(stored.isEnum()) + " and is "
                            + kind(type.type().isEnum()) + " now; bring " + kind(stored.isEnum())
                            + " back under this name, and give the new type another"));
        }
        return new Evolution(stored, type, types).resolve();
    }

    private static String kind(boolean isEnum) {
        return isEnum ? "an enum" : "a record or class";
    }

    private static Resolver refused(Schema stored, List<String> problems) {
        SchemaChange change = new SchemaChange(SchemaChange.Outcome.REFUSED, stored.typeName(), problems);
        return new Resolver(stored, change, null, List.of(), List.of());
    }

    private Resolver resolve() {
        if (stored.equals(type.schema())) {
            return made(SchemaChange.Outcome.KEPT, type.schema().isEnum() ? List.of() : type.components());
        }
        if (!stored.typeName().equals(type.type().getName())) {
            changes.add("the type is now " + type.type().getName());
        }
        return made(SchemaChange.Outcome.MIGRATED, stored.isEnum() ? List.of() : type.components());
    }

    private Resolver made(SchemaChange.Outcome outcome, List<Component> components) {
        int[] sources = match(components);
        List<Resolver.Step> steps = new ArrayList<>();
        for (int i = 0; i < stored.fields().size(); i++) {
            steps.add(step(i, sources, components));
        }
        List<Supplier<@Nullable Object>> absent = new ArrayList<>();
        for (int i = 0; i < sources.length; i++) {
            absent.add(sources[i] < 0 ? added(components.get(i)) : () -> null);
        }
        if (!problems.isEmpty()) {
            return refused(stored, problems);
        }
        if (outcome == SchemaChange.Outcome.MIGRATED && changes.isEmpty()) {
            changes.add("components are in another order");
        }
        return new Resolver(
                stored, new SchemaChange(outcome, stored.typeName(), List.copyOf(changes)), type, steps, absent);
    }

    /** For each component, the place of the stored one that becomes it, or -1. */
    private int[] match(List<Component> components) {
        int[] sources = new int[components.size()];
        Set<Integer> taken = new HashSet<>();
        for (int i = 0; i < sources.length; i++) {
            sources[i] = place(components.get(i).name());
            taken.add(sources[i]);
        }
        for (int i = 0; i < sources.length; i++) {
            for (String former : components.get(i).formerNames()) {
                int place = place(former);
                if (sources[i] < 0 && place >= 0) {
                    if (taken.add(place)) {
                        sources[i] = place;
                        changes.add("component " + former + " is now "
                                + components.get(i).name());
                    } else if (components.stream()
                            .noneMatch(other -> other.name().equals(former))) {
                        problems.add("two components claim the stored component " + former + "; take @Renamed(from = \""
                                + former + "\") from one of them");
                    }
                }
            }
        }
        return sources;
    }

    private int place(String name) {
        for (int i = 0; i < stored.fields().size(); i++) {
            if (stored.fields().get(i).name().equals(name)) {
                return i;
            }
        }
        return -1;
    }

    private Resolver.Step step(int source, int[] sources, List<Component> components) {
        Schema.Field field = stored.fields().get(source);
        for (int target = 0; target < sources.length; target++) {
            if (sources[target] == source) {
                return kept(field, target, components.get(target));
            }
        }
        changes.add("component " + field.name() + " is removed");
        return Resolver.Step.REMOVED;
    }

    private Resolver.Step kept(Schema.Field field, int target, Component component) {
        TypeName storedType = field.type();
        UnaryOperator<Object> conversion = conversions.between(storedType, component.type());
        if (conversion == null) {
            problems.add(unfit(storedType, component));
            return Resolver.Step.REMOVED;
        }
        if (!storedType.equals(TypeName.of(component.type()))) {
            changes.add("component " + component.name() + " was " + storedType + " and is "
                    + TypeName.of(component.type()));
        }
        return new Resolver.Step(
                target,
                conversion == Conversions.AS_IT_IS ? null : conversion,
                component.raw().isPrimitive() ? forNull(component) : null);
    }

    private Supplier<@Nullable Object> forNull(Component component) {
        Supplier<@Nullable Object> given = defaultOf(component);
        return given != null
                ? given
                : () -> {
                    throw new CodecException("component " + component.name() + " of "
                            + type.type().getName() + " is stored as null and is the primitive "
                            + component.shortType() + " now; write: " + Defaults.lineFor(component));
                };
    }

    private String unfit(TypeName storedType, Component component) {
        TypeName presentType = TypeName.of(component.type());
        String found =
                "component " + component.name() + " was stored as " + storedType + " and is " + presentType + " now";
        Class<?> was = BuiltIn.named(storedType.name());
        boolean narrower = was != null && NumberKind.of(was) != null && NumberKind.of(component.raw()) != null;
        boolean renamed = was == null
                && types.named(storedType.name()) == null
                && types.named(component.raw().getName()) != null;
        return found
                + (narrower ? ", which cannot hold every value" : "")
                + "; write: "
                + (renamed
                        ? "@Renamed(from = \"" + storedType.name() + "\") on "
                                + component.raw().getSimpleName() + ", if it is the same type"
                        : Component.shortName(storedType) + " " + component.name());
    }

    private Supplier<@Nullable Object> added(Component component) {
        Supplier<@Nullable Object> given = defaultOf(component);
        if (given != null) {
            changes.add("component " + component.name() + " is added");
            return given;
        }
        problems.add("component " + component.name() + " (" + TypeName.of(component.type())
                + ") was not stored and has no default; write: " + Defaults.lineFor(component));
        return () -> null;
    }

    private @Nullable Supplier<@Nullable Object> defaultOf(Component component) {
        try {
            return Defaults.of(component);
        } catch (IllegalArgumentException e) {
            problems.add(e.getMessage());
            return () -> null;
        }
    }
}
