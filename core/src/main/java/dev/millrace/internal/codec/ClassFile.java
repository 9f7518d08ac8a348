/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.codec;

import java.io.IOException;
import java.io.InputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A class file, as far as it tells which methods of a record the compiler has made: those consist of one call whose
 * bootstrap is that of {@code java.lang.runtime.ObjectMethods}. Reflection does not tell, and neither do modifiers.
 */
final class ClassFile {
    private static final int MAGIC = 0xCAFEBABE;
    private static final int LOAD_THIS = 0x2A;
    private static final int LOAD_FIRST = 0x2B;
    private static final int INVOKE_DYNAMIC = 0xBA;
    private static final int RETURN_INT = 0xAC;
    private static final int RECORD_ARGUMENTS = 2; // the class and the names, before a getter a component

    private final ByteBuffer file;
    private final int[] constants; // where the content of each stands, behind its tag
    private final Map<String, byte[]> code = new HashMap<>(); // by name and descriptor
    private final List<Bootstrap> bootstraps = new ArrayList<>();

    private record Bootstrap(String owner, String name, int arguments) {}

    /**
     * @throws RuntimeException if the bytes are no class file that it understands
     */
    private ClassFile(byte[] bytes) {
        file = ByteBuffer.wrap(bytes);
        if (file.getInt() != MAGIC) {
            throw new IllegalArgumentException("no class file");
        }
        file.getInt(); // the version
        constants = new int[unsigned()];
        readConstants();
        file.getShort(); // access
        unsigned(); // this class
        unsigned(); // its superclass
        int interfaces = unsigned();
        skip(2 * interfaces);
        readMembers();
        readMembers();
        readAttributes("", this::classAttribute);
    }

    /** The file that a class was loaded from, or null if it is not to be had. */
    static @Nullable ClassFile of(Class<?> type) {
        String resource = "/" + type.getName().replace('.', '/') + ".class";
        try (InputStream in = type.getResourceAsStream(resource)) {
            return in == null ? null : new ClassFile(in.readAllBytes());
        } catch (IOException
                | BufferUnderflowException
                | IndexOutOfBoundsException
                | IllegalArgumentException e) { // changed on its way, or of a later format
            return null;
        }
    }

    /** Returns whether the record's equals is the one that the compiler makes, over all of so many components. */
    boolean hasGeneratedEquals(int components) {
        return isGenerated("equals", "(Ljava/lang/Object;)Z", components, LOAD_THIS, LOAD_FIRST);
    }

    /** The same of its hashCode. */
    boolean hasGeneratedHashCode(int components) {
        return isGenerated("hashCode", "()I", components, LOAD_THIS);
    }

    private boolean isGenerated(String name, String descriptor, int components, int... loads) {
        byte[] method = code.get(name + descriptor);
        if (method == null || method.length != loads.length + 6) {
            return false;
        }
        ByteBuffer instructions = ByteBuffer.wrap(method);
        for (int load : loads) {
            if ((instructions.get() & 0xFF) != load) {
                return false;
            }
        }
        if ((instructions.get() & 0xFF) != INVOKE_DYNAMIC) {
            return false;
        }
        int call = constants[instructions.getShort() & 0xFFFF];
        instructions.getShort(); // always zero
        if ((instructions.get() & 0xFF) != RETURN_INT
                || !nameOf(unsigned(call + 2)).equals(name)) {
            return false;
        }
        Bootstrap bootstrap = bootstraps.get(unsigned(call));
        return bootstrap.owner().equals("java/lang/runtime/ObjectMethods")
                && bootstrap.name().equals("bootstrap")
                && bootstrap.arguments() == RECORD_ARGUMENTS + components;
    }

    private void readConstants() {
        for (int i = 1; i < constants.length; i++) {
            int tag = file.get();
            constants[i] = file.position();
            switch (tag) {
                case 1 -> skip(unsigned()); // text
                case 7, 8, 16, 19, 20 -> skip(2); // class, string, method type, module, package
                case 15 -> skip(3); // method handle
                case 3, 4, 9, 10, 11, 12, 17, 18 -> skip(4); // int, float, members, name and type, dynamic
                case 5, 6 -> { // long and double take two places
                    skip(8);
                    i++;
                }
                default -> throw new IllegalArgumentException("a constant of the unknown kind " + tag);
            }
        }
    }

    /** Of fields and of methods, which have the same form. */
    private void readMembers() {
        for (int count = unsigned(); count > 0; count--) {
            file.getShort(); // access
            String name = text(unsigned());
            String key = name + text(unsigned());
            readAttributes(key, this::memberAttribute);
        }
    }

    private interface Attribute {
        void read(String member, String name);
    }

    private void readAttributes(String member, Attribute attribute) {
        for (int count = unsigned(); count > 0; count--) {
            String name = text(unsigned());
            int length = file.getInt();
            int end = file.position() + length;
            attribute.read(member, name);
            file.position(end);
        }
    }

    private void memberAttribute(String member, String name) {
        if (name.equals("Code")) {
            file.getInt(); // stack and locals
            int length = file.getInt();
            int from = file.position();
            code.put(member, Arrays.copyOfRange(file.array(), from, from + length));
        }
    }

    private void classAttribute(String member, String name) {
        if (name.equals("BootstrapMethods")) {
            for (int count = unsigned(); count > 0; count--) {
                int method = constants[unsigned(constants[unsigned()] + 1)];
                int arguments = unsigned();
                skip(2 * arguments);
                String owner = text(unsigned(constants[unsigned(method)]));
                bootstraps.add(new Bootstrap(owner, nameOf(unsigned(method + 2)), arguments));
            }
        }
    }

    /** The name of a constant that is a name and a type. */
    private String nameOf(int nameAndType) {
        return text(unsigned(constants[nameAndType]));
    }

    private String text(int constant) {
        int at = constants[constant];
        return new String(file.array(), at + 2, unsigned(at), StandardCharsets.UTF_8);
    }

    private int unsigned() {
        return file.getShort() & 0xFFFF;
    }

    private int unsigned(int at) {
        return file.getShort(at) & 0xFFFF;
    }

    private void skip(int bytes) {
        file.position(file.position() + bytes);
    }
}
