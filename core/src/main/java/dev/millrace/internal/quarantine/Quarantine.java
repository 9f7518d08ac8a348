/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.quarantine;

import dev.millrace.error.MillraceException;
import dev.millrace.internal.access.Handles;
import dev.millrace.internal.conf.Options;
import dev.millrace.internal.conf.Settings;
import dev.millrace.internal.files.Durably;
import dev.millrace.internal.files.FileStores;
import dev.millrace.internal.operators.TaskScope;
import dev.millrace.spi.JobLabel;
import dev.millrace.spi.QuarantinedRecord;
import dev.millrace.spi.TaskObservation;
import dev.millrace.streaming.BatchTime;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What winning task attempts put aside in the batch that runs, each place once however many outputs met it. The file
 * {@code batch-MS.jsonl} is durable before an output is marked done and before the batch is decided. A batch that is run
 * again adds to its file, because outputs that are done are not run again. Safe for several threads.
 */
public final class Quarantine implements Handles.JobObserver {
    private final @Nullable Path directory;
    private final boolean kept;
    private final int most;
    private final TreeSet<String> lines = new TreeSet<>(); // begin with the place; sorted, so that runs are equal
    private @Nullable BatchTime batch;
    private boolean changed;
    private @Nullable MillraceException overflow;

    /** In the directory that the settings name, or below the checkpoint's. */
    public Quarantine(Settings settings) {
        this(settings, directory(settings), true);
    }

    private Quarantine(Settings settings, @Nullable Path directory, boolean kept) {
        this.directory = directory;
        this.kept = kept;
        most = settings.get(Options.QUARANTINE_MOST);
    }

    /** One that forgets: what is put aside was put aside before. */
    public static Quarantine forgetting(Settings settings) {
        return new Quarantine(settings, null, false);
    }

    private static @Nullable Path directory(Settings settings) {
        String own = settings.get(Options.QUARANTINE_DIRECTORY);
        String checkpoint = settings.get(Options.CHECKPOINT_DIRECTORY);
        if (own != null) {
            return Path.of(own);
        }
        Path local = checkpoint == null ? null : FileStores.localPath(checkpoint);
        return local == null ? null : local.resolve("quarantine");
    }

    /** What is wrong with the settings. */
    public static List<String> problems(Settings settings) {
        return Stream.of(Options.MALFORMED_INPUT, Options.SOCKET_MALFORMED_INPUT)
                .filter(option -> settings.get(option) == Options.Malformed.QUARANTINE && directory(settings) == null)
                .map(option ->
                        option.key() + " is quarantine, and there is no place for it; set a checkpoint directory,"
                                + " or add conf.set(\"" + Options.QUARANTINE_DIRECTORY.key() + "\", \"DIRECTORY\")")
                .toList();
    }

    /** The next batch begins. */
    public synchronized void begin(BatchTime time) throws IOException {
        lines.clear();
        overflow = null;
        changed = false;
        batch = time;
        if (directory != null && Files.exists(file(directory, time))) {
            lines.addAll(Files.readAllLines(file(directory, time)));
        }
    }

    @Override
    public synchronized void observed(JobLabel label, List<TaskObservation> observations) {
        if (label.batch() == null || !label.batch().equals(batch)) {
            return;
        }
        for (TaskObservation task : observations) {
            for (QuarantinedRecord record : task.quarantined()) {
                if (overflow == null && lines.add(JsonLine.of(record))) {
                    changed = true;
                    overflow = lines.size() > most ? TaskScope.tooManyQuarantined(record, most) : null;
                }
            }
        }
        check();
    }

    private void check() {
        if (overflow != null) {
            throw overflow;
        }
    }

    /** Makes durable what was put aside so far. */
    public synchronized void write(BatchTime time) throws IOException {
        check(); // the program may have caught it
        if (!changed || !kept) {
            return;
        }
        if (directory == null) {
            throw new MillraceException("records are to be put aside, and there is no place for them; set "
                    + Options.QUARANTINE_DIRECTORY.key());
        }
        Durably.createDirectories(directory);
        Path building = directory.resolve(".batch-" + time.milliseconds() + ".tmp");
        try (FileOutputStream out = new FileOutputStream(building.toFile())) {
            for (String line : lines) {
                out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            }
            out.getFD().sync();
        }
        Durably.move(building, file(directory, time));
        changed = false;
    }

    private static Path file(Path directory, BatchTime time) {
        return directory.resolve("batch-" + time.milliseconds() + ".jsonl");
    }
}
