/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.ingest;

import java.nio.file.Path;

/** Which names are data: not those that start with a dot or underscore, nor those that mark a copy under way. */
final class FileNames {
    private FileNames() {}

    static boolean isVisible(Path file) {
        String name = file.getFileName().toString();
        return !name.startsWith(".") && !name.startsWith("_") && !name.endsWith(".tmp") && !name.endsWith("._COPYING_");
    }
}
