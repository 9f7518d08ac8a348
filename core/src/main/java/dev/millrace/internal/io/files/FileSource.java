/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.files;

import dev.millrace.internal.conf.Options;
import dev.millrace.internal.conf.Settings;
import dev.millrace.internal.io.MalformedInput;
import dev.millrace.spi.FileFormat;
import dev.millrace.spi.Source;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The records of the files that appear in directories. A path is read once; the position is the set of seen paths.
 * {@link FileCursor} has the rules.
 */
public final class FileSource<T> implements Source<T> {
    private final DirectoryPattern directory;
    private final Predicate<Path> filter;
    private final boolean newFilesOnly;
    private final FileFormat<T> format;
    private final MalformedInput malformed;
    private final Limits limits;
    private volatile @Nullable FileCursor<T> cursor;

    /**
     * The limits of one batch.
     *
     * @param batchBytes the most bytes, but at least one file
     * @param rememberSeconds how long a path must be absent to be forgotten
     */
    record Limits(long batchBytes, int batchFiles, long splitBytes, int parallelism, long rememberSeconds) {}

    /**
     * @param directory perhaps with globs
     * @param filter which paths are read; asked at the start and on the driver loop
     * @param newFilesOnly whether files that are there at the very first start are passed over
     * @param parallelism how many partitions a batch should have at least
     */
    public FileSource(
            Path directory,
            Predicate<Path> filter,
            boolean newFilesOnly,
            FileFormat<T> format,
            MalformedInput malformed,
            Settings settings,
            int parallelism) {
        this.directory = new DirectoryPattern(directory);
        this.filter = filter;
        this.newFilesOnly = newFilesOnly;
        this.format = format;
        this.malformed = malformed;
        limits = new Limits(
                settings.get(Options.FILE_BATCH_BYTES),
                settings.get(Options.FILE_BATCH_FILES),
                settings.get(Options.FILE_SPLIT_BYTES),
                parallelism,
                (settings.get(Options.FILE_REMEMBER).toMillis() + 999) / 1000);
    }

    DirectoryPattern directory() {
        return directory;
    }

    Predicate<Path> filter() {
        return filter;
    }

    boolean newFilesOnly() {
        return newFilesOnly;
    }

    FileFormat<T> format() {
        return format;
    }

    MalformedInput malformed() {
        return malformed;
    }

    Limits limits() {
        return limits;
    }

    @Override
    public boolean isOwn(Map<Object, Object> position) {
        return FileAnswers.isOfFiles(position);
    }

    @Override
    public String description() {
        return "files of " + directory;
    }

    @Override
    public Cursor<T> open(@Nullable Map<Object, Object> position) {
        FileCursor<T> opened = new FileCursor<>(this, position);
        cursor = opened;
        return opened;
    }

    /** One sentence: why a file was read, or was not. Any thread, at any time. */
    public String why(String path) {
        Path asked = FilePaths.of(path);
        Path file = directory.locate(asked);
        if (file == null) {
            return FileAnswers.elsewhere(directory.toString());
        }
        FileCursor<T> opened = cursor;
        SeenFile seen = opened == null ? null : opened.seen(file);
        if (seen != null) {
            return FileAnswers.seen(file, seen);
        }
        String passedOver = FileAnswers.passedOver(file);
        if (passedOver != null) {
            return passedOver;
        }
        if (!filter.test(file)) {
            return "skipped: the filter of " + malformed.operator() + " does not take it";
        }
        if (opened == null) {
            return "not read yet: the stream is not started";
        }
        return opened.waits(file)
                ? "waits: the batches so far were full; raise " + Options.FILE_BATCH_BYTES.key() + " or "
                        + Options.FILE_BATCH_FILES.key() + " to have it read sooner"
                : "not seen yet: the next batch lists " + directory;
    }
}
