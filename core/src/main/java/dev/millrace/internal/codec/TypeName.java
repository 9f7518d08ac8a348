/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.codec;

import dev.millrace.error.CodecException;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The type of a component as its class declares it. A type variable or wildcard is the type that bounds it.
 *
 * @param name a primitive's name, a class's binary name, or an array's type name
 * @param arguments of a generic type; empty if it is raw or not generic
 */
public record TypeName(String name, List<TypeName> arguments) {
    private static final int DEEPEST = 50;

    static TypeName of(Type type) {
        if (type instanceof ParameterizedType generic) {
            return new TypeName(
                    erasure(type).getName(),
                    Arrays.stream(generic.getActualTypeArguments())
                            .map(TypeName::of)
                            .toList());
        }
        if (type instanceof WildcardType wildcard) {
            return of(wildcard.getUpperBounds()[0]);
        }
        Class<?> raw = erasure(type);
        return new TypeName(raw.isArray() ? raw.getTypeName() : raw.getName(), List.of());
    }

    /** The class that values of a type have at least. */
    static Class<?> erasure(Type type) {
        if (type instanceof Class<?> plain) {
            return plain;
        } else if (type instanceof ParameterizedType generic) {
            return (Class<?>) generic.getRawType();
        } else if (type instanceof WildcardType wildcard) {
            return erasure(wildcard.getUpperBounds()[0]);
        } else if (type instanceof TypeVariable<?> variable) {
            return erasure(variable.getBounds()[0]);
        } else if (type instanceof GenericArrayType array) {
            return erasure(array.getGenericComponentType()).arrayType();
        }
        throw new IllegalStateException("a type of a kind that Java 17 does not have: " + type);
    }

    void writeTo(ByteSink sink) {
        sink.writeString(name);
        sink.writeSize(arguments.size());
        arguments.forEach(argument -> argument.writeTo(sink));
    }

    static TypeName readFrom(ByteSource source) {
        return readFrom(source, 0);
    }

    private static TypeName readFrom(ByteSource source, int depth) {
        if (depth > DEEPEST) {
            throw new CodecException("damaged bytes: type arguments nested more than " + DEEPEST + " deep");
        }
        String name = source.readString();
        int count = source.readSize();
        List<TypeName> arguments = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            arguments.add(readFrom(source, depth + 1));
        }
        return new TypeName(name, List.copyOf(arguments));
    }

    /** As it stands in Java source, without the packages of the JDK. */
    @Override
    public String toString() {
        String shown = name.replaceFirst("^java\\.(lang|util)\\.(?=[A-Z][A-Za-z]*(\\[\\])*$)", "");
        return arguments.isEmpty()
                ? shown
                : shown + arguments.stream().map(TypeName::toString).collect(Collectors.joining(", ", "<", ">"));
    }
}
