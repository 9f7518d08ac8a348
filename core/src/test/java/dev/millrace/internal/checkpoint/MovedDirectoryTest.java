/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import static dev.millrace.internal.checkpoint.Batches.begin;
import static dev.millrace.internal.checkpoint.Batches.decide;
import static dev.millrace.internal.checkpoint.Batches.last;
import static dev.millrace.internal.checkpoint.Batches.open;
import static dev.millrace.internal.checkpoint.Batches.plan;
import static dev.millrace.internal.checkpoint.Batches.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.files.LocalFileStore;
import dev.millrace.internal.receive.BlockHeader;
import dev.millrace.internal.receive.WriteAheadLog;
import dev.millrace.internal.threads.Threads;
import dev.millrace.spi.FileStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody deletes or moves a checkpoint while its program runs; what is written to it then, nobody will read. */
class MovedDirectoryTest {
    @TempDir
    Path root;

    private Path directory;
    private FileStore store;
    private Checkpoint checkpoint;

    @BeforeEach
    void runSomeBatches() throws IOException {
        directory = root.resolve("state");
        store = LocalFileStore.unsynced(directory);
        checkpoint = open(store, Long.MAX_VALUE, 10, false);
        begin(checkpoint);
        run(checkpoint, 1, 4);
    }

    private String gone(String found) {
        return "the checkpoint " + directory + " was deleted, moved away or replaced while this program ran:"
                + " owners/0000000001" + found + "; this program decides and publishes nothing any more: stop it, put"
                + " the directory back, and start the program again";
    }

    @Test
    void shouldStopWhenTheDirectoryIsMovedAwayAndGoOnWhenItIsPutBack() throws IOException {
        Files.move(directory, root.resolve("elsewhere"));
        plan(checkpoint, 4);
        assertThatThrownBy(checkpoint::syncPlans)
                .isInstanceOf(CheckpointException.class)
                .hasMessage(gone(", which the program made, is gone"));
        assertThatThrownBy(() -> decide(checkpoint, 4)).hasMessage(gone(", which the program made, is gone"));
        checkpoint.close();
        assertThat(directory).doesNotExist();
        Files.move(root.resolve("elsewhere"), directory);
        try (Checkpoint next = open(store, Long.MAX_VALUE, 10, false)) {
            assertThat(last(next.contents())).isEqualTo(4); // its decision went along, and was not published
        }
    }

    @Test
    void shouldMakeNoDirectoryInThePlaceOfOneThatIsGone() throws IOException {
        checkpoint.close();
        checkpoint = open(store, 1, 10, false); // a new journal after each batch
        begin(checkpoint);
        plan(checkpoint, 4);
        decide(checkpoint, 4);
        store.delete("");
        assertThatThrownBy(() -> checkpoint.commit(Batches.time(4)))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("was deleted, moved away or replaced");
        checkpoint.close();
        assertThat(directory).doesNotExist();
    }

    /** It has the same epoch, so only what its file says tells the two from each other. */
    @Test
    void shouldStopWhenAnotherProgramHasBegunAnewInItsPlace() throws IOException {
        Files.move(directory, root.resolve("elsewhere"));
        FileStore other = LocalFileStore.unsynced(root.resolve("other"));
        open(other, Long.MAX_VALUE, 10, false).close();
        Files.move(root.resolve("other"), directory);
        plan(checkpoint, 4);
        assertThatThrownBy(checkpoint::syncPlans)
                .isInstanceOf(CheckpointException.class)
                .hasMessage(gone(" is now of " + Reading.lastOwner(store)));
        checkpoint.close();
    }

    @Test
    void shouldDecideNothingWhenItsJournalIsDeleted() throws IOException {
        store.delete("journal/0000000001-0000000001");
        plan(checkpoint, 4);
        assertThatThrownBy(() -> decide(checkpoint, 4))
                .isInstanceOf(CheckpointException.class)
                .hasMessage("the file " + directory + "/journal/0000000001-0000000001 was deleted or moved away while"
                        + " this program wrote it, so what it holds is lost; stop the program, put the file back, and"
                        + " start it again");
        checkpoint.close();
    }

    @Test
    void shouldSayOfNoBlockThatItIsDurableWhenTheLogIsDeleted() throws Exception {
        try (WriteAheadLog log = WriteAheadLog.open(store, 1000, checkpoint.epoch(), Threads.OWN)) {
            log.append(new BlockHeader("lines", 0, (byte) 0, 1, null), new byte[10], 0, 10)
                    .get();
            Files.move(directory.resolve("wal"), root.resolve("wal"));
            assertThatThrownBy(() -> log.append(new BlockHeader("lines", 1, (byte) 0, 1, null), new byte[10], 0, 10)
                            .get())
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOf(CheckpointException.class)
                    .hasMessage("the file " + directory + "/wal/0000000001-0000000001 was deleted or moved away while"
                            + " this program wrote it, so what it holds is lost; stop the program, put the file back,"
                            + " and start it again");
        }
        checkpoint.close();
    }
}
