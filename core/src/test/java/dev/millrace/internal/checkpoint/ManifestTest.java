/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import static dev.millrace.internal.checkpoint.Batches.begin;
import static dev.millrace.internal.checkpoint.Batches.open;
import static dev.millrace.internal.checkpoint.Batches.run;
import static dev.millrace.internal.checkpoint.Batches.time;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.internal.files.LocalFileStore;
import dev.millrace.internal.log.EpochFile;
import dev.millrace.internal.owner.Ownership;
import dev.millrace.spi.FileStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestTest {
    @TempDir
    Path directory;

    private FileStore store;

    @BeforeEach
    void makeStore() {
        store = LocalFileStore.unsynced(directory);
    }

    private Manifest newest() throws IOException {
        Snapshots snapshots = new Snapshots(Ownership.filesIn(store));
        List<EpochFile> live = snapshots.live();
        return snapshots.manifest(live.get(live.size() - 1));
    }

    @Test
    void shouldSayWhetherItIsOfARollBack() throws IOException {
        try (Checkpoint checkpoint = open(store, 1, 5, false)) {
            begin(checkpoint);
            run(checkpoint, 1, 5);
        }
        assertThat(newest().ofRollBack()).isFalse();
        Rollback.carryOut(store, time(3), again -> {});
        assertThat(newest().ofRollBack()).isTrue();
    }
}
