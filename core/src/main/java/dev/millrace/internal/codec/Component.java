/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.codec;

import dev.millrace.codec.Renamed;
import dev.millrace.error.CodecException;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A component of a declared type: of a record, or a field of a class.
 *
 * @param annotations where its annotations stand
 * @param nullable whether an annotation says that it may be null
 */
record Component(String name, Type type, AnnotatedElement annotations, boolean nullable) {
    /** The types as which collections and maps are read back. */
    private static final List<Class<?>> READ =
            List.of(ArrayList.class, LinkedHashSet.class, TreeSet.class, LinkedHashMap.class, TreeMap.class);

    static Component of(String name, Type type, AnnotatedElement annotations, AnnotatedType annotatedType) {
        boolean nullable = Stream.concat(
                        Stream.of(annotations.getAnnotations()), Stream.of(annotatedType.getAnnotations()))
                .anyMatch(annotation ->
                        annotation.annotationType().getSimpleName().equals("Nullable"));
        Component component = new Component(name, type, annotations, nullable);
        component.checkComesBack();
        return component;
    }

    private void checkComesBack() {
        Class<?> raw = raw();
        boolean gathers = Collection.class.isAssignableFrom(raw) || Map.class.isAssignableFrom(raw);
        if (gathers && READ.stream().noneMatch(raw::isAssignableFrom)) {
            throw new CodecException(
                    "the component " + name + " is declared " + raw.getSimpleName()
                            + ", as which a stored collection does not come back; declare it List, Set, SortedSet, Map or SortedMap");
        }
    }

    Class<?> raw() {
        return TypeName.erasure(type);
    }

    Schema.Field field() {
        return new Schema.Field(name, TypeName.of(type));
    }

    List<String> formerNames() {
        Renamed renamed = annotations.getAnnotation(Renamed.class);
        return renamed == null ? List.of() : List.of(renamed.from());
    }

    /** The type as a line of source has it. */
    String shortType() {
        return shortName(TypeName.of(type));
    }

    /** Without packages and enclosing classes. */
    static String shortName(TypeName type) {
        return type.toString().replaceAll("[\\w$]+[.$](?=[\\w$])", "");
    }
}
