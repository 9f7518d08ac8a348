/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.codec;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Constructor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes collections that are sequenced ones where there are such, which is since JDK 21. Methods that return a type of that
 * JDK cannot be written in a class for JDK 17; so a subclass that has nothing else is put together when it is first needed:
 *
 * <pre>
 * class Base21 extends Base implements SequencedMap {
 *     public SequencedMap reversed() { return (SequencedMap) reversedView(); }
 *     public SequencedSet sequencedKeySet() { return SequencedMap.super.sequencedKeySet(); } // and the other two
 * }
 * </pre>
 */
final class Sequenced<T> {
    private static final int CLASS_VERSION = 61; // JDK 17
    private static final int PUBLIC = 1;
    private static final int SUPER = 0x20;
    private static final int SYNTHETIC = 0x1000;
    private static final int ALOAD_0 = 0x2A;
    private static final int ARETURN = 0xB0;
    private static final int RETURN = 0xB1;
    private static final int INVOKEVIRTUAL = 0xB6;
    private static final int INVOKESPECIAL = 0xB7;
    private static final int CHECKCAST = 0xC0;

    private final Supplier<T> plain;
    private final @Nullable Constructor<? extends T> constructor;

    private Sequenced(Supplier<T> plain, @Nullable Constructor<? extends T> constructor) {
        this.plain = plain;
        this.constructor = constructor;
    }

    /**
     * @param base a class of this package, without final methods of these names, with a method {@code Object reversedView()}
     * @param kind Set or Map
     * @param plain makes an instance of the class itself, for a JDK that has no more
     */
    static <T> Sequenced<T> of(Class<T> base, String kind, Supplier<T> plain) {
        try {
            Class.forName("java.util.Sequenced" + kind);
        } catch (ClassNotFoundException e) {
            return new Sequenced<>(plain, null);
        }
        try {
            byte[] code = new Writer(base.getName().replace('.', '/'), "java/util/Sequenced" + kind).write();
            Class<? extends T> made = MethodHandles.lookup().defineClass(code).asSubclass(base);
            return new Sequenced<>(plain, made.getConstructor());
        } catch (IOException | ReflectiveOperationException e) {
            throw new IllegalStateException(e); // the class is in our hands
        }
    }

    T make() {
        try {
            return constructor == null ? plain.get() : constructor.newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Writes the class file. */
    private static final class Writer {
        private final ByteArrayOutputStream constants = new ByteArrayOutputStream();
        private final DataOutputStream pool = new DataOutputStream(constants);
        private final List<byte[]> methods = new ArrayList<>();
        private final String base;
        private final String sequenced;
        private int last; // constant

        Writer(String base, String sequenced) {
            this.base = base;
            this.sequenced = sequenced;
        }

        byte[] write() throws IOException {
            int self = type(base + "21");
            int parent = type(base);
            int face = type(sequenced);
            int code = text("Code");
            add("<init>", "()V", code, INVOKESPECIAL, reference(10, parent, "<init>", "()V"), 0, RETURN);
            int view = reference(10, parent, "reversedView", "()Ljava/lang/Object;");
            add("reversed", "()L" + sequenced + ";", code, INVOKEVIRTUAL, view, face, ARETURN);
            if (sequenced.endsWith("Map")) {
                addDefault("sequencedKeySet", "Set", face, code);
                addDefault("sequencedEntrySet", "Set", face, code);
                addDefault("sequencedValues", "Collection", face, code);
            }
            return file(self, parent, face);
        }

        private byte[] file(int self, int parent, int face) throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            DataOutputStream out = new DataOutputStream(bytes);
            out.writeInt(0xCAFEBABE);
            shorts(out, 0, CLASS_VERSION, last + 1);
            constants.writeTo(out);
            shorts(out, PUBLIC | SUPER | SYNTHETIC, self, parent, 1, face, 0, methods.size());
            for (byte[] method : methods) {
                out.write(method);
            }
            out.writeShort(0); // attributes
            return bytes.toByteArray();
        }

        private void addDefault(String name, String kind, int face, int code) throws IOException {
            String descriptor = "()Ljava/util/Sequenced" + kind + ";";
            add(name, descriptor, code, INVOKESPECIAL, reference(11, face, name, descriptor), 0, ARETURN);
        }

        /** A method that calls another on the same object, casts what that gives, unless to 0, and returns. */
        private void add(String name, String descriptor, int code, int call, int called, int cast, int end)
                throws IOException {
            int length = cast == 0 ? 5 : 8;
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            DataOutputStream out = new DataOutputStream(bytes);
            shorts(out, PUBLIC, text(name), text(descriptor), 1, code);
            out.writeInt(12 + length);
            shorts(out, 1, 1); // stack, locals
            out.writeInt(length);
            out.writeByte(ALOAD_0);
            out.writeByte(call);
            out.writeShort(called);
            if (cast != 0) {
                out.writeByte(CHECKCAST);
                out.writeShort(cast);
            }
            out.writeByte(end);
            shorts(out, 0, 0); // handlers, attributes
            methods.add(bytes.toByteArray());
        }

        private static void shorts(DataOutputStream out, int... values) throws IOException {
            for (int value : values) {
                out.writeShort(value);
            }
        }

        private int text(String text) throws IOException {
            pool.writeByte(1);
            pool.writeUTF(text);
            return ++last;
        }

        private int type(String name) throws IOException {
            int text = text(name);
            pool.writeByte(7);
            pool.writeShort(text);
            return ++last;
        }

        private int reference(int kind, int owner, String name, String descriptor) throws IOException {
            int nameText = text(name);
            int descriptorText = text(descriptor);
            pool.writeByte(12);
            shorts(pool, nameText, descriptorText);
            int signature = ++last;
            pool.writeByte(kind);
            shorts(pool, owner, signature);
            return ++last;
        }
    }
}
