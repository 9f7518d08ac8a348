/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.graph;

import java.io.Serializable;
import java.lang.invoke.MethodType;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The types that a function of the program is called with and gives, as far as the function tells them. */
public final class FunctionTypes {
    private FunctionTypes() {}

    /**
     * The type of a parameter, as far as the function's class or its serialized form tells it: of a lambda without type
     * arguments, and {@code Object} where nothing tells.
     */
    public static Type parameter(Serializable function, int index) {
        try {
            return function.getClass().isSynthetic() ? ofLambda(function, index) : ofClass(function.getClass(), index);
        } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
            return Object.class; // its module is closed, or a class is not to be had; then the first key tells
        }
    }

    /** The type of what the function gives, in the same way. */
    public static Type result(Serializable function) {
        try {
            return function.getClass().isSynthetic()
                    ? resultOfLambda(function, function.getClass().getClassLoader())
                    : call(function.getClass(), 0).getGenericReturnType();
        } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
            return Object.class;
        }
    }

    /** The types of the elements of what the function gives. */
    public static List<Type> elements(Serializable function) {
        return result(function) instanceof ParameterizedType generic
                ? List.of(generic.getActualTypeArguments())
                : List.of();
    }

    /** The type argument that a class gives to a generic class above it; empty if it gives it none. */
    public static List<Type> argument(Class<?> type, Class<?> above) {
        Map<Type, Type> given = new HashMap<>();
        for (Class<?> next = type; next != above; next = next.getSuperclass()) {
            if (next.getGenericSuperclass() instanceof ParameterizedType generic) {
                for (int i = 0; i < generic.getActualTypeArguments().length; i++) {
                    Type argument = generic.getActualTypeArguments()[i];
                    given.put(next.getSuperclass().getTypeParameters()[i], given.getOrDefault(argument, argument));
                }
            }
        }
        Type argument = given.get(above.getTypeParameters()[0]);
        return argument == null ? List.of() : List.of(argument);
    }

    private static Type ofLambda(Serializable function, int index) throws ReflectiveOperationException {
        return MethodType.fromMethodDescriptorString(
                        form(function).getInstantiatedMethodType(),
                        function.getClass().getClassLoader())
                .parameterType(index);
    }

    private static SerializedLambda form(Serializable function) throws ReflectiveOperationException {
        Method form = function.getClass().getDeclaredMethod("writeReplace");
        form.setAccessible(true);
        return (SerializedLambda) form.invoke(function);
    }

    /** A reference to a method tells type arguments as well. */
    private static Type resultOfLambda(Serializable function, ClassLoader loader) throws ReflectiveOperationException {
        SerializedLambda form = form(function);
        Class<?> type = MethodType.fromMethodDescriptorString(form.getInstantiatedMethodType(), loader)
                .returnType();
        if (type.getTypeParameters().length == 0) {
            return type;
        }
        String owner = form.getImplClass().replace('/', '.');
        for (Method method : Class.forName(owner, false, loader).getDeclaredMethods()) {
            if (method.getName().equals(form.getImplMethodName())
                    && !method.isSynthetic()
                    && descriptor(method).equals(form.getImplMethodSignature())) {
                return method.getGenericReturnType();
            }
        }
        return type;
    }

    private static String descriptor(Method method) {
        return MethodType.methodType(method.getReturnType(), method.getParameterTypes())
                .toMethodDescriptorString();
    }

    private static Type ofClass(Class<?> function, int index) throws NoSuchMethodException {
        return call(function, index + 1).getGenericParameterTypes()[index];
    }

    private static Method call(Class<?> function, int leastParameters) throws NoSuchMethodException {
        for (Method method : function.getMethods()) {
            if (method.getName().equals("call")
                    && !method.isBridge()
                    && method.getParameterCount() >= leastParameters) {
                return method;
            }
        }
        throw new NoSuchMethodException("call");
    }
}
