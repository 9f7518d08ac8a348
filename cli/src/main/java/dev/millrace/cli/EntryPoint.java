/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The main method of a class, by the rules of the Java that runs: a public static one with arguments, and from Java 25 on also one
 * that is not public, of an instance, or without arguments.
 */
final class EntryPoint {
    private static final boolean FLEXIBLE = Runtime.version().feature() >= 25;

    private final Method main;

    private EntryPoint(Method main) {
        this.main = main;
    }

    static Optional<EntryPoint> of(Class<?> type) {
        for (List<Class<?>> parameters : List.of(List.<Class<?>>of(String[].class), List.<Class<?>>of())) {
            Optional<Method> found = Arrays.stream(type.getDeclaredMethods())
                    .filter(method -> method.getName().equals("main")
                            && List.of(method.getParameterTypes()).equals(parameters))
                    .filter(EntryPoint::canStart)
                    .findFirst();
            if (found.isPresent()) {
                return found.map(EntryPoint::new);
            }
        }
        return type.getSuperclass() == null ? Optional.empty() : of(type.getSuperclass());
    }

    private static boolean canStart(Method method) {
        int modifiers = method.getModifiers();
        return method.getReturnType() == void.class
                && (FLEXIBLE
                        ? !Modifier.isPrivate(modifiers) && !Modifier.isAbstract(modifiers)
                        : Modifier.isPublic(modifiers)
                                && Modifier.isStatic(modifiers)
                                && method.getParameterCount() == 1);
    }

    /** @param type the class that is run; it may have inherited the method */
    void invoke(Class<?> type, List<String> arguments) throws ReflectiveOperationException {
        Object instance = Modifier.isStatic(main.getModifiers()) ? type : instance(type);
        main.setAccessible(true);
        if (main.getParameterCount() == 0) {
            main.invoke(instance);
        } else {
            main.invoke(instance, (Object) arguments.toArray(String[]::new));
        }
    }

    private static Object instance(Class<?> type) throws ReflectiveOperationException {
        try {
            Constructor<?> constructor = type.getDeclaredConstructor();
            constructor.setAccessible(true);
            return constructor.newInstance();
        } catch (NoSuchMethodException | InstantiationException e) {
            throw new InvocationTargetException(new CommandFailure(type.getName()
                    + " has a main method of an instance, and cannot be made without arguments; make main"
                    + " static"));
        }
    }
}
