/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.graph;

import java.io.Serializable;
import java.lang.invoke.MethodType;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.Method;
import java.lang.reflect.Type;

/** The types that a function of the program is called with, as far as the function tells them. */
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

    private static Type ofLambda(Serializable function, int index) throws ReflectiveOperationException {
        Method form = function.getClass().getDeclaredMethod("writeReplace");
        form.setAccessible(true);
        String descriptor = ((SerializedLambda) form.invoke(function)).getInstantiatedMethodType();
        return MethodType.fromMethodDescriptorString(
                        descriptor, function.getClass().getClassLoader())
                .parameterType(index);
    }

    private static Type ofClass(Class<?> function, int index) {
        for (Method method : function.getMethods()) {
            if (method.getName().equals("call") && !method.isBridge() && index < method.getParameterCount()) {
                return method.getGenericParameterTypes()[index];
            }
        }
        return Object.class;
    }
}
