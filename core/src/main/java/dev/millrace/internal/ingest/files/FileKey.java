/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.ingest.files;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/**
 * A path by its fingerprint: the first 128 bits of the SHA-256 of its text, and 64 bits of its directory's. Two paths of a
 * million have the same one with a probability of 1 in 10^26.
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

        FileKey of(long directory, String file) {
            ByteBuffer hash = hash(file);
            return new FileKey(directory, hash.getLong(), hash.getLong());
        }

        long directory(String directory) {
            return hash(directory).getLong();
        }

        private ByteBuffer hash(String text) {
            return ByteBuffer.wrap(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
        }
    }
}
