/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.files;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/**
 * A path by its fingerprint: 64 bits of the SHA-256 of its directory's text, and 128 bits of the SHA-256 of those and its
 * name. Among a million paths two are mistaken for each other with a probability of 1 in 10^26.
 */
record FileKey(long directory, long high, long low) {

    List<Object> toData() {
        return List.of(directory, high, low);
    }

    static FileKey fromData(List<?> data) {
        return new FileKey((long) data.get(0), (long) data.get(1), (long) data.get(2));
    }

    /** Makes keys, on one thread. */
    static final class Maker {
        private final MessageDigest digest;

        Maker() {
            try {
                digest = MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e); // every Java platform has it
            }
        }

        /** The key of the directory in which files lie, as {@link FilePaths} writes it. */
        long directory(String directory) {
            return ByteBuffer.wrap(digest.digest(directory.getBytes(StandardCharsets.UTF_8)))
                    .getLong();
        }

        /** Of a file by its name: a short text is hashed in one block. */
        FileKey of(long directory, String name) {
            digest.update(ByteBuffer.allocate(Long.BYTES).putLong(0, directory));
            ByteBuffer hash = ByteBuffer.wrap(digest.digest(name.getBytes(StandardCharsets.UTF_8)));
            return new FileKey(directory, hash.getLong(), hash.getLong());
        }
    }
}
