/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.codec;

import dev.millrace.error.CodecException;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Constructor;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Member;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes the values of a class apart into components and makes them again. */
interface Shape {
    List<Component> components();

    @Nullable
    Object[] componentsOf(Object value);

    Object make(@Nullable Object[] components);

    /**
     * The shape of a record or of a class with fields.
     *
     * @throws CodecException if it has no constructor to use, or is closed to reflection
     */
    static Shape of(Class<?> type) {
        return type.isRecord() ? new RecordShape(type) : ClassShape.of(type);
    }

    /** Opens a private member of a type or of a superclass, which a closed module does not allow. */
    static <M extends AccessibleObject & Member> void open(M member, Class<?> type) {
        try {
            member.setAccessible(true);
        } catch (InaccessibleObjectException e) {
            Class<?> closed = member.getDeclaringClass();
            if (closed != type && closed.getName().startsWith("java.")) {
                throw new CodecException("the class " + type.getName() + " cannot be stored or sent: its superclass "
                        + closed.getName() + " is closed to reflection; make it a record");
            }
            Module ours = Shape.class.getModule();
            throw new CodecException("the type " + type.getName() + " cannot be stored or sent: the module "
                    + closed.getModule().getName() + " does not open its package; write in its module-info: opens "
                    + closed.getPackageName() + (ours.isNamed() ? " to " + ours.getName() : "") + ";");
        }
    }

    static Object construct(Constructor<?> constructor, @Nullable Object... arguments) {
        Class<?> type = constructor.getDeclaringClass();
        try {
            return constructor.newInstance(arguments);
        } catch (InvocationTargetException e) {
            if (e.getTargetException() instanceof Error error) {
                throw error;
            }
            throw new CodecException(
                    "the constructor of " + type.getName() + " refused stored values: " + e.getTargetException(),
                    e.getTargetException());
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            throw new CodecException("stored values do not fit " + type.getName() + ": " + e.getMessage());
        }
    }
}
