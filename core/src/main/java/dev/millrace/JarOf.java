/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Optional;

/** Finds the jar that a class was loaded from. */
final class JarOf {
    private JarOf() {}

    static Optional<String> type(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        if (source == null || source.getLocation() == null) {
            return Optional.empty(); // of the JDK, or made at run time
        }
        try {
            URI location = source.getLocation().toURI();
            return "file".equals(location.getScheme()) && Files.isRegularFile(Path.of(location))
                    ? Optional.of(Path.of(location).toString())
                    : Optional.empty();
        } catch (URISyntaxException e) {
            return Optional.empty(); // nothing that Spark's executors could load
        }
    }
}
