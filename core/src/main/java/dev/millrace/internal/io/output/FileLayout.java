/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.output;

import dev.millrace.spi.OutputBatch;
import dev.millrace.streaming.BatchTime;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The directories of batches, and those in which they are made ready: {@code PARENT/PREFIX1000SUFFIX}, and
 * {@code PARENT/STAGING/...}.
 */
record FileLayout(String parent, String prefix, String suffix, String staging) implements Serializable {
    /** File systems take 255; the rest is for the batch's time and the name of the staging directory. */
    private static final int MOST_BYTES = 200;

    private static final int MOST_BYTES_OF_A_DIRECTORY = 255;

    /** {@code DIR/batch-1000}. */
    static FileLayout inDirectory(String directory) {
        Path parent = absolute(Path.of(directory));
        checkDirectories(parent);
        return new FileLayout(parent.toString(), "batch-", "", ".staging");
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
        check(name + suffix, MOST_BYTES);
        checkDirectories(parent);
        return new FileLayout(
                parent.toString(), name + "-", suffix.isEmpty() ? "" : "." + suffix, "." + name + ".staging");
    }

    private static void checkDirectories(Path path) {
        path.forEach(directory -> check(directory.toString(), MOST_BYTES_OF_A_DIRECTORY));
    }

    private static void check(String name, int most) {
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > most) {
            throw new IllegalArgumentException(
                    "the name \"" + name + "\" is too long for files to be written: it takes " + bytes
                            + " bytes in UTF-8, and " + most + " are free for it; shorten it");
        }
    }

    private static Path absolute(Path path) {
        return path.toAbsolutePath().normalize();
    }

    /** The directory that readers read. */
    Path published(OutputBatch batch) {
        return Path.of(parent).resolve(prefix + batch.time().milliseconds() + suffix);
    }

    /** The batches of which readers see something. */
    List<BatchTime> publishedBatches() throws IOException {
        Pattern name = Pattern.compile(Pattern.quote(prefix) + "(\\d{1,18})" + Pattern.quote(suffix));
        if (!Files.isDirectory(Path.of(parent))) {
            return List.of();
        }
        try (Stream<Path> batches = Files.list(Path.of(parent))) {
            return batches.map(batch -> name.matcher(batch.getFileName().toString()))
                    .filter(Matcher::matches)
                    .map(batch -> new BatchTime(Long.parseLong(batch.group(1))))
                    .toList();
        }
    }

    /** The directory in which its program makes a batch ready. */
    Path staged(OutputBatch batch) {
        return stagingDirectory().resolve(StagedName.of(batch));
    }

    /** The directory of the receipts of published batches. */
    Path receiptsDirectory() {
        return Path.of(parent).resolve(staging.replaceFirst("staging$", "receipts"));
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
