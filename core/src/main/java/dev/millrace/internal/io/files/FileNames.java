/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.files;

import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Which names are data: not those that start with a dot or underscore, nor those that mark a copy under way. */
final class FileNames {
    private FileNames() {}

    /** The last part of a path that has one. */
    static Path of(Path path) {
        return Objects.requireNonNull(path.getFileName(), "a root has no name");
    }

    /** Completes "skipped: "; null if the name is data. */
    static @Nullable String whyPassedOver(String name) {
        if (name.startsWith(".")) {
            return "its name begins with a dot";
        }
        if (name.startsWith("_")) {
            return "its name begins with an underscore";
        }
        if (name.endsWith(".tmp") || name.endsWith("._COPYING_")) {
            return "its name ends in " + name.substring(name.lastIndexOf('.')) + ", which marks a copy under way";
        }
        return null;
    }
}
