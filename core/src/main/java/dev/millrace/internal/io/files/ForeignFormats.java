/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.files;

import org.jspecify.annotations.Nullable;

/** Formats that are not UTF-8 text, by the first bytes of their files. */
final class ForeignFormats {
    /** The number of bytes that decide. */
    static final int HEAD = 16;

    private static final String UTF_16 = "is UTF-16, by its byte order mark";
    private static final String UTF_32 = "is UTF-32, by its byte order mark";

    private ForeignFormats() {}

    /** Completes "it "; null if nothing speaks against UTF-8. */
    static @Nullable String of(byte[] head) {
        if (begins(head, 0xff, 0xfe, 0, 0) || begins(head, 0, 0, 0xfe, 0xff)) {
            return UTF_32;
        }
        if (begins(head, 0xff, 0xfe) || begins(head, 0xfe, 0xff)) {
            return UTF_16;
        }
        if (begins(head, 0x1f, 0x8b)) {
            return "is compressed with gzip";
        }
        if (begins(head, 'P', 'K', 3, 4)) {
            return "is a zip file";
        }
        if (begins(head, 'B', 'Z', 'h') && head.length > 9 && head[4] == 0x31 && head[5] == 0x41 && head[6] == 0x59) {
            return "is compressed with bzip2";
        }
        if (begins(head, 0x28, 0xb5, 0x2f, 0xfd)) {
            return "is compressed with zstd";
        }
        if (begins(head, 0xfd, '7', 'z', 'X', 'Z', 0)) {
            return "is compressed with xz";
        }
        return null;
    }

    /** The advice about a format that {@link #of} named. */
    static String change(String format) {
        if (format.equals(UTF_16) || format.equals(UTF_32)) {
            return "save it as UTF-8";
        }
        return format.endsWith("gzip") ? "end its name with .gz" : "unpack it before it is moved into the directory";
    }

    private static boolean begins(byte[] head, int... magic) {
        if (head.length < magic.length) {
            return false;
        }
        for (int i = 0; i < magic.length; i++) {
            if ((head[i] & 0xff) != magic[i]) {
                return false;
            }
        }
        return true;
    }
}
