/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.ingest;

import dev.millrace.spi.InputSlice;
import dev.millrace.spi.PartitionedSource;
import dev.millrace.spi.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The lines of the files that appear in a directory. A file is read once, when its path is first seen, however old it
 * is; it must appear complete (written elsewhere, then renamed). Oldest first, then by name; nested directories are not
 * read. The position is the set of seen paths.
 *
 * @param directory the directory; it may appear later
 * @param newFilesOnly whether files that are there at the very first start are passed over
 * @param batchBytes how much one batch takes; at least one file
 * @param splitBytes above which size a file is split
 */
public record TextFileSource(Path directory, boolean newFilesOnly, long batchBytes, long splitBytes)
        implements Source<String> {
    private static final System.Logger LOG = System.getLogger(TextFileSource.class.getName());

    @Override
    public String description() {
        return "files of " + directory;
    }

    @Override
    public Cursor<String> open(@Nullable Map<Object, Object> position) {
        return new DirectoryCursor(position);
    }

    private record Found(Path path, long size, long modified) {}

    private final class DirectoryCursor implements Cursor<String> {
        private final Map<Object, Object> seen = new HashMap<>();
        private boolean passOver;

        DirectoryCursor(@Nullable Map<Object, Object> position) {
            passOver = newFilesOnly && position == null;
            if (position != null) {
                seen.putAll(position);
            }
        }

        @Override
        public InputSlice next() throws IOException {
            List<Found> fresh = fresh();
            if (passOver) {
                passOver = false;
                return slice(List.of(), fresh);
            }
            List<Found> taken = new ArrayList<>();
            long bytes = 0;
            for (Found file : fresh) {
                if (!taken.isEmpty() && bytes + file.size() > batchBytes) {
                    break;
                }
                taken.add(file);
                bytes += file.size();
            }
            return slice(taken, taken);
        }

        private List<Found> fresh() throws IOException {
            List<Found> fresh = new ArrayList<>();
            try (Stream<Path> files = Files.list(directory)) {
                for (Path file : (Iterable<Path>) files::iterator) {
                    if (FileNames.isVisible(file) && !seen.containsKey(file.toString())) {
                        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
                        if (attributes.isRegularFile()) {
                            fresh.add(new Found(
                                    file,
                                    attributes.size(),
                                    attributes.lastModifiedTime().toMillis()));
                        }
                    }
                }
            } catch (NoSuchFileException e) {
                LOG.log(System.Logger.Level.DEBUG, "{0} is gone or not there yet; its batch is empty", e.getFile());
            }
            fresh.sort(Comparator.comparingLong(Found::modified).thenComparing(Found::path));
            return fresh;
        }

        private InputSlice slice(List<Found> taken, List<Found> marked) {
            if (marked.isEmpty()) {
                return InputSlice.EMPTY;
            }
            Map<Object, @Nullable Object> positions = new LinkedHashMap<>();
            for (Found file : marked) {
                List<Object> stamp = List.of(file.size(), file.modified());
                seen.put(file.path().toString(), stamp);
                positions.put(file.path().toString(), stamp);
            }
            List<Object> splits = new ArrayList<>();
            StringBuilder names = new StringBuilder();
            for (Found file : taken) {
                TextFiles.split(file.path().toString(), file.size(), splitBytes)
                        .forEach(split -> splits.add(split.toData()));
                names.append(names.isEmpty() ? "" : ", ").append(file.path().getFileName());
            }
            return new InputSlice(-1, names.toString(), splits, positions);
        }

        @Override
        public PartitionedSource<String> read(InputSlice slice) {
            return new TextFiles(
                    slice.content().stream().map(FileSplit::fromData).toList());
        }

        @Override
        public void close() {}
    }
}
