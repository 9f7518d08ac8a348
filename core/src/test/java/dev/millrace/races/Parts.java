/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.races;

import dev.millrace.spi.OutputBatch;
import dev.millrace.spi.StagedOutput;
import dev.millrace.streaming.BatchTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A program's own output in two phases: a file a partition, moved to where it is seen. */
final class Parts implements StagedOutput<Amount> {
    private static final long serialVersionUID = 1;

    private final transient BatchFiles staged;
    private final transient BatchFiles seen;
    private final transient Mischief mischief;
    private final transient Runnable publishes;

    Parts(Path staged, Path seen, Mischief mischief, Runnable publishes) {
        this.staged = new BatchFiles(staged);
        this.seen = new BatchFiles(seen);
        this.mischief = mischief;
        this.publishes = publishes;
    }

    @Override
    public @Nullable String stage(OutputBatch batch, int partition, int attempt, Iterator<Amount> records)
            throws IOException {
        List<String> lines = new ArrayList<>();
        records.forEachRemaining(record -> lines.add(Amount.text(record)));
        if (lines.isEmpty()) {
            return null;
        }
        String name = BatchFiles.name(batch, partition + "-" + attempt);
        Files.write(staged.path(name), lines);
        mischief.at(Place.STAGE);
        return name;
    }

    @Override
    public void publish(OutputBatch batch, List<String> parts) throws IOException {
        publishes.run();
        for (String part : parts) {
            mischief.at(Place.PUBLISH);
            try {
                Files.move(staged.path(part), seen.path(part), StandardCopyOption.ATOMIC_MOVE);
            } catch (NoSuchFileException e) {
                if (!Files.exists(seen.path(part))) {
                    throw e;
                } // else an earlier call has moved it
            }
        }
    }

    @Override
    public void discard(OutputBatch batch) throws IOException {
        mischief.at(Place.DISCARD);
        staged.delete(batch);
    }

    @Override
    public void retract(OutputBatch batch) throws IOException {
        mischief.at(Place.RETRACT);
        seen.delete(batch);
    }

    @Override
    public List<OutputBatch> receipts(String outputName, BatchTime after) throws IOException {
        mischief.at(Place.RECEIPTS);
        return seen.receipts(outputName, after);
    }
}
