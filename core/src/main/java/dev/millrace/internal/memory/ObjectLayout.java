/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.memory;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;

/**
 * The layout of objects in this JVM, in bytes, as far as it tells; otherwise that of a 64-bit JVM below 32 GB.
 *
 * @param header of an object
 * @param arrayHeader of an array, with its length
 * @param reference to an object
 */
record ObjectLayout(int header, int arrayHeader, int reference) {
    static final ObjectLayout CURRENT = ofThisJvm();

    private static ObjectLayout ofThisJvm() {
        try {
            HotSpotDiagnosticMXBean flags = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
            if (flags == null) {
                return of(true, true, false);
            }
            return of(
                    is(flags, "UseCompressedOops", true),
                    is(flags, "UseCompressedClassPointers", true),
                    is(flags, "UseCompactObjectHeaders", false));
        } catch (LinkageError e) { // a run-time image without jdk.management
            return of(true, true, false);
        }
    }

    private static boolean is(HotSpotDiagnosticMXBean flags, String name, boolean otherwise) {
        try {
            return Boolean.parseBoolean(flags.getVMOption(name).getValue());
        } catch (IllegalArgumentException e) { // this JVM has no such flag
            return otherwise;
        }
    }

    static ObjectLayout of(boolean shortReferences, boolean shortClassPointers, boolean compactHeaders) {
        int header = compactHeaders ? 8 : shortClassPointers ? 12 : 16;
        return new ObjectLayout(header, header + Integer.BYTES, shortReferences ? 4 : 8);
    }

    /** An object with fields of so many bytes. */
    long object(long fieldBytes) {
        return aligned(header + fieldBytes);
    }

    /** An array of so many elements. */
    long array(long length, int width) {
        return aligned(arrayHeader + length * width);
    }

    /** An array of references. */
    long references(long length) {
        return array(length, reference);
    }

    /** A value of {@code type} in a field or an array. */
    int width(Class<?> type) {
        if (!type.isPrimitive()) {
            return reference;
        }
        if (type == long.class || type == double.class) {
            return 8;
        }
        if (type == int.class || type == float.class) {
            return 4;
        }
        return type == byte.class || type == boolean.class ? 1 : 2;
    }

    private static long aligned(long bytes) {
        return (bytes + 7) & ~7L;
    }
}
