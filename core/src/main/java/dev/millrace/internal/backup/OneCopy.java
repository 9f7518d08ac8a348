/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.backup;

import dev.millrace.internal.checkpoint.CheckpointContents;
import dev.millrace.internal.checkpoint.KeptInput;
import dev.millrace.internal.checkpoint.Reading;
import dev.millrace.internal.checkpoint.StoredFiles;
import dev.millrace.internal.io.output.RowFiles;
import dev.millrace.internal.log.CheckpointFiles;
import dev.millrace.internal.log.Extent;
import dev.millrace.internal.owner.Ownership;
import dev.millrace.internal.quarantine.QuarantineFiles;
import dev.millrace.internal.receive.WriteAheadLog;
import dev.millrace.spi.FileStore;
import dev.millrace.streaming.BatchTime;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to copy a checkpoint whose program may go on. The journal says which moment the copy is of, so what a program writes before
 * it writes to the journal is copied after the journal, and what it writes behind that is copied before:
 *
 * <pre>
 *   owners, receipts, snapshots | journal | rows, received data, quarantine, skipped batches
 * </pre>
 *
 * <p>What goes meanwhile, goes in the other direction. So closed files of received data are taken first of all as well, and what is missing
 * in the end makes the attempt fail.
 */
final class OneCopy {
    private static final String QUARANTINE = "quarantine";

    private final CheckpointFiles files;
    private final FileStore source;
    private final FileStore copy;
    private final Copier copier;

    /** @param copy where {@code copier} puts files */
    OneCopy(CheckpointFiles files, FileStore copy, Copier copier) {
        this.files = files;
        source = files.store();
        this.copy = copy;
        this.copier = copier;
    }

    /**
     * The state of the batches at one moment, which tells which other files belong to a copy.
     *
     * @param lastDecided null before the first
     * @param rows the files of rows that are decided and not published
     * @param skipped the batches that were skipped
     * @param begun the batches to run again of which an output has run
     */
    private record Moment(
            @Nullable BatchTime lastDecided, List<String> rows, Set<BatchTime> skipped, Set<BatchTime> begun) {
        static Moment of(CheckpointContents contents) throws NoSuchFileException {
            if (contents.isNew()) {
                throw new NoSuchFileException("journal", null, "there is no journal");
            }
            List<String> rows = new ArrayList<>();
            contents.toPublish().values().stream()
                    .flatMap(staged -> staged.keySet().stream())
                    .distinct()
                    .forEach(output -> contents.toPublish(output)
                            .forEach((batch, parts) -> rows.addAll(RowFiles.paths(batch, parts))));
            Set<BatchTime> begun = new HashSet<>(contents.plans().keySet());
            begun.removeAll(contents.notBegun());
            return new Moment(contents.lastDecided(), rows, contents.skipped().keySet(), begun);
        }
    }

    /**
     * Makes it.
     *
     * @return the last batch that it knows to be decided; null before the first
     * @throws NoSuchFileException if something was deleted meanwhile
     * @throws dev.millrace.error.CheckpointException if what was copied does not fit together
     */
    @Nullable
    BatchTime make() throws IOException {
        copier.begin();
        for (String owner : Ownership.files(source)) {
            copier.take(whole(owner));
        }
        take(StoredFiles.receipts(files));
        take(WriteAheadLog.extents(files).stream().filter(Extent::isClosed).toList());
        for (String path : StoredFiles.snapshots(files)) {
            copier.closed(path);
        }
        take(StoredFiles.journals(files));
        Moment moment = Reading.forAStart(copy, Moment::of);
        for (String path : moment.rows()) {
            rows(path);
        }
        take(WriteAheadLog.extents(files));
        quarantine(moment);
        for (BatchTime batch : moment.skipped()) {
            skipped(KeptInput.path(batch));
        }
        copier.finish();
        return moment.lastDecided();
    }

    /** Copies files of rows. Rows that are gone may have been published, as receipts tell; if not, verifying the copy finds that. */
    private void rows(String path) throws IOException {
        try {
            copier.closed(path);
        } catch (NoSuchFileException e) {
            copier.leave(path);
        }
    }

    private void take(List<Extent> extents) throws IOException {
        for (Extent extent : extents) {
            copier.take(extent);
        }
    }

    /** A small file that never changes and that several copies need not share. */
    private static Extent whole(String path) {
        return new Extent(path, -1, false);
    }

    /** Copies no records put aside by later batches: programs put those aside again. */
    private void quarantine(Moment moment) throws IOException {
        for (String name : source.list(QUARANTINE)) {
            BatchTime batch = QuarantineFiles.decidedBatch(name);
            if (batch != null && moment.begun().contains(batch)) {
                throw new NoSuchFileException(QUARANTINE + "/" + name, null, "it was not decided when it was needed");
            }
            boolean isDecided = batch != null && moment.lastDecided() != null && !batch.isAfter(moment.lastDecided());
            if (isDecided || QuarantineFiles.isUndecided(name)) {
                copier.closed(QUARANTINE + "/" + name);
            }
        }
    }

    /** Copies what is kept of a skipped batch: a checkpoint itself, to which nothing is written. */
    private void skipped(String directory) throws IOException {
        for (String name : source.list(directory)) {
            String path = directory + "/" + name;
            if (source.list(path).isEmpty()) {
                copier.closed(path);
            } else {
                skipped(path);
            }
        }
    }
}
