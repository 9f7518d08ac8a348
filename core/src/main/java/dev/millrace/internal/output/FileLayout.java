/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.output;

import dev.millrace.spi.OutputBatch;
import java.io.Serializable;
import java.nio.file.Path;

/**
 * Where the directories of batches are, and where they are made ready: {@code PARENT/PREFIX1000SUFFIX}, and
 * {@code PARENT/STAGING/...}.
 */
record FileLayout(String parent, String prefix, String suffix, String staging) implements Serializable {
    /** {@code DIR/batch-1000}. */
    static FileLayout inDirectory(String directory) {
        return new FileLayout(absolute(Path.of(directory)).toString(), "batch-", "", ".staging");
    }

    /** {@code prefix-1000.suffix}, or {@code prefix-1000} if the suffix is empty. */
    static FileLayout ofNames(String prefix, String suffix) {
        Path path = absolute(Path.of(prefix));
        if (prefix.isEmpty() || prefix.endsWith("/") || path.getFileName() == null) {
            throw new IllegalArgumentException("the prefix \"" + prefix
                    + "\" ends in no name; the batch's time is added to it: write a path such as out/counts");
        }
        Path parent = path.resolveSibling("");
        String name = path.getFileName().toString();
        return new FileLayout(
                parent.toString(), name + "-", suffix.isEmpty() ? "" : "." + suffix, "." + name + ".staging");
    }

    private static Path absolute(Path path) {
        return path.toAbsolutePath().normalize();
    }

    /** What readers read. */
    Path published(OutputBatch batch) {
        return Path.of(parent).resolve(prefix + batch.time().milliseconds() + suffix);
    }

    /** What is being made ready for a batch. */
    Path staged(OutputBatch batch) {
        return stagingDirectory()
                .resolve(batch.outputName() + "-" + batch.time().milliseconds());
    }

    Path stagingDirectory() {
        return Path.of(parent).resolve(staging);
    }

    @Override
    public String toString() {
        return prefix.equals("batch-") && suffix.isEmpty()
                ? parent
                : Path.of(parent).resolve(prefix + "*" + suffix).toString();
    }
}
