/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.internal;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.NotSerializableException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.Serializable;

/** The way that functions go to the tasks of a cluster. Only bytes that this process has made a moment ago are read. */
final class JavaSerialization {
    private JavaSerialization() {}

    static Object copy(Object original) throws IOException, ClassNotFoundException {
        try (Objects in = new Objects(
                new ByteArrayInputStream(bytes(original)), original.getClass().getClassLoader())) {
            return in.readObject();
        }
    }

    static byte[] bytes(Object object) throws IOException {
        if (!(object instanceof Serializable)) {
            throw new NotSerializableException(object.getClass().getName());
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(object);
        }
        return bytes.toByteArray();
    }

    /** Finds classes where the original has found its own. */
    private static final class Objects extends ObjectInputStream {
        private final ClassLoader loader;

        Objects(InputStream in, ClassLoader loader) throws IOException {
            super(in);
            this.loader = loader;
        }

        @Override
        protected Class<?> resolveClass(ObjectStreamClass description) throws IOException, ClassNotFoundException {
            try {
                return Class.forName(
                        description.getName(), false, Thread.currentThread().getContextClassLoader());
            } catch (ClassNotFoundException e) {
                try {
                    return Class.forName(description.getName(), false, loader);
                } catch (ClassNotFoundException again) {
                    return super.resolveClass(description); // of primitive types
                }
            }
        }
    }
}
