/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.files;

import java.io.IOException;

/** A file has fewer bytes than when a batch took it. */
final class ShrunkFileException extends IOException {
    ShrunkFileException(long now, long then) {
        super("it has " + now + " bytes and had " + then + " when the batch took it");
    }
}
