/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.output;

import dev.millrace.internal.crash.CrashPoint;
import dev.millrace.internal.files.Durably;
import dev.millrace.internal.files.SyncGroup;
import dev.millrace.spi.OutputBatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * Shows the files of a batch to readers in one step, in the place of what an earlier program has left there. Staged parts are
 * gathered in a directory {@code whole}, and that is moved to where readers look.
 *
 * <p>Two programs may do it at the same time: one that has decided the batch, and one that has taken the checkpoint from it
 * since. They gather in the same directory, and only one can move it. So the batch is shown when no part is left in staging,
 * and what failed because the other was faster is no failure. Files that are replaced are first moved beside the staging
 * directory; a crash in that moment leaves them there, until the next start discards what is left of the batch.
 */
final class Publication {
    /** The name of the directory in which the parts are gathered; it is made, durably, with the first of them. */
    static final String WHOLE = "whole";

    private final OutputBatch batch;
    private final Path staging;
    private final Path whole;
    private final Path visible;
    private final List<String> parts;

    /** @param parts the names of the staged files, at least one */
    Publication(FileLayout layout, OutputBatch batch, List<String> parts) {
        this.batch = batch;
        staging = layout.staged(batch);
        whole = staging.resolve(WHOLE);
        visible = layout.published(batch);
        this.parts = parts;
    }

    /** First step: puts the parts together. The changed directories are to be synced before {@link #show}. */
    void gather(SyncGroup syncs) throws IOException {
        unlessShown(() -> {
            Durably.createDirectories(whole);
            for (String part : parts) {
                gather(staging.resolve(part), gathered(part));
            }
            syncs.add(() -> unlessShown(() -> Durably.sync(whole)));
        });
    }

    /** Second step: shows the parts, also those that another program has moved. Durable once it is synced. */
    void show(SyncGroup syncs) throws IOException {
        unlessShown(this::show);
        syncs.add(() -> Durably.sync(visible.resolveSibling("")));
    }

    /** Runs a step unless the batch is visible already. A failure is ignored if another program was faster. */
    private void unlessShown(SyncGroup.Sync step) throws IOException {
        if (!isShown()) {
            try {
                step.run();
            } catch (IOException e) {
                if (!isShown()) {
                    throw e;
                }
            }
        }
    }

    private boolean isShown() {
        return parts.stream().noneMatch(part -> Files.exists(staging.resolve(part)) || Files.exists(gathered(part)))
                && Files.isDirectory(visible);
    }

    private Path gathered(String part) {
        return whole.resolve(part.substring(0, part.indexOf('.')));
    }

    private void gather(Path staged, Path gathered) throws IOException {
        try {
            move(staged, gathered);
        } catch (NoSuchFileException e) {
            if (Files.exists(gathered)) {
                return;
            }
            throw new IOException(
                    "the staged file " + staged
                            + " is gone, and its batch was not published; something else deletes in "
                            + staging.resolveSibling("") + ": stop that",
                    e);
        }
        CrashPoint.PART_PUBLISHED.reach();
    }

    private void show() throws IOException {
        boolean replaces = Files.isDirectory(visible); // asked first: while there is a whole, that is another batch
        if (!isWhole()) {
            throw new NoSuchFileException(whole.toString());
        }
        if (replaces) {
            replace();
        } else {
            move(whole, visible); // fails if the other has shown it by now
        }
    }

    /** Also right when the other has shown the batch after it was asked whether there is something to replace. */
    void replace() throws IOException {
        Path old = staging.resolveSibling(StagedName.ofReplaced(batch));
        try {
            move(visible, old);
        } catch (NoSuchFileException e) {
            // the other is just doing it
        }
        if (isWhole() || Files.exists(visible)) {
            try {
                move(whole, visible);
            } finally {
                FileOutput.delete(old);
            }
        } else {
            move(old, visible); // not old, but the batch
        }
    }

    private boolean isWhole() {
        return parts.stream().allMatch(part -> Files.exists(gathered(part)));
    }

    private static void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }
}
