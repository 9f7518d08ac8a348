/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.output;

import dev.millrace.internal.crash.CrashPoint;
import dev.millrace.internal.files.SyncGroup;
import dev.millrace.spi.OutputBatch;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The files that one output publishes of a batch. Outputs are published together, each step for all of them and then one sync
 * of all: a program may have a thousand outputs.
 */
public final class FilesToPublish {
    private final OutputBatch batch;
    private final FileReceipts receipts;
    private final @Nullable Publication publication; // null if it is empty

    FilesToPublish(FileLayout layout, OutputBatch batch, List<String> parts) {
        this.batch = batch;
        receipts = new FileReceipts(layout.receiptsDirectory(), batch.outputName());
        publication = parts.isEmpty() ? null : new Publication(layout, batch, parts);
    }

    private interface Step {
        void take(FilesToPublish files, Publication publication, SyncGroup syncs) throws IOException;
    }

    /** Publishes several outputs; durable on return. The receipts come before anything is visible. */
    public static void publish(List<FilesToPublish> all) throws IOException {
        step(all, (files, publication, syncs) -> files.receipts.add(files.batch, syncs));
        step(all, (files, publication, syncs) -> publication.gather(syncs));
        step(all, (files, publication, syncs) -> {
            publication.show(syncs);
            CrashPoint.OUTPUT_PUBLISHED.reach();
        });
    }

    private static void step(List<FilesToPublish> all, Step step) throws IOException {
        SyncGroup syncs = new SyncGroup();
        for (FilesToPublish files : all) {
            Publication publication = files.publication;
            if (publication != null) {
                step.take(files, publication, syncs);
            }
        }
        syncs.run();
    }
}
