/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import static dev.millrace.internal.checkpoint.Batches.begin;
import static dev.millrace.internal.checkpoint.Batches.last;
import static dev.millrace.internal.checkpoint.Batches.open;
import static dev.millrace.internal.checkpoint.Batches.run;
import static dev.millrace.internal.checkpoint.Batches.time;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.files.LocalFileStore;
import dev.millrace.spi.FileStore;
import dev.millrace.streaming.BatchTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetentionTest {
    private static final int RETAINED = 5;

    @TempDir
    Path directory;

    private FileStore store;

    @BeforeEach
    void makeStore() {
        store = LocalFileStore.unsynced(directory);
    }

    private int files() throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return (int) all.filter(Files::isRegularFile).count();
        }
    }

    @Test
    void shouldReachTheRetainedBatchesWhenEachIsFolded() throws IOException {
        for (long batch = 1; batch <= 60; batch += 3) {
            try (Checkpoint checkpoint = open(store, 1, RETAINED, false)) {
                begin(checkpoint);
                run(checkpoint, batch, batch + 3);
            }
            long newest = batch + 2;
            for (long one = Math.max(1, newest - RETAINED + 1); one <= newest; one++) {
                CheckpointContents before = Checkpoint.readBefore(store, time(one));
                assertThat(last(before)).isEqualTo(one - 1);
                assertThat(before.plans().get(time(one)).get("in").content()).isEqualTo(List.of(one));
            }
            assertThat(Reading.kept(store)).contains(time(newest)).hasSizeLessThan(3 * RETAINED + 20);
        }
        assertThatThrownBy(() -> Checkpoint.readBefore(store, time(20)))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(
                        "the checkpoint " + directory + " does not keep what it held so long ago; name a later batch");
    }

    @Test
    void shouldNotGrowWithTheBatchesOfOneRun() throws IOException {
        int half;
        try (Checkpoint checkpoint = open(store, 4000, RETAINED, false)) {
            begin(checkpoint);
            run(checkpoint, 1, 400);
            half = files();
            run(checkpoint, 400, 800);
        }
        assertThat(files()).isLessThan(half + 10).isLessThan(60);
        assertThat(last(Checkpoint.read(store))).isEqualTo(799);
    }

    /** Such as of a program that cron starts: no journal ever grows to where it would be folded. */
    @Test
    void shouldNotGrowWithTheNumberOfRuns() throws IOException {
        for (long batch = 1; batch <= 110; batch++) {
            try (Checkpoint checkpoint = open(store, 1 << 20, RETAINED, false)) {
                begin(checkpoint);
                run(checkpoint, batch, batch + 1);
            }
        }
        assertThat(files()).isLessThan(80);
        List<BatchTime> kept = Reading.kept(store);
        assertThat(kept).contains(time(110), time(110 - RETAINED));
        assertThat(last(Checkpoint.read(store))).isEqualTo(110);
    }

    @Test
    void shouldKeepTheNewestTwoSnapshotsWhenNothingIsRetained() throws IOException {
        for (int run = 0; run < 5; run++) {
            try (Checkpoint checkpoint = open(store, 1, 0, false)) {
                begin(checkpoint);
                run(checkpoint, 10L * run + 1, 10L * run + 11);
            }
        }
        assertThat(store.list("snapshots")).hasSize(2);
        String newest = store.list("snapshots").get(1);
        Files.write(directory.resolve("snapshots").resolve(newest), new byte[] {1});
        assertThat(last(Checkpoint.read(store))).isEqualTo(50);
    }

    /** A power failure may undo a deletion that was not durable yet. */
    @Test
    void shouldNotNameBatchesOfAnOldJournalThatHasComeBack() throws IOException {
        try (Checkpoint checkpoint = open(store, 1 << 20, RETAINED, false)) {
            begin(checkpoint);
            run(checkpoint, 1, 4);
        }
        Path first = directory.resolve("journal").resolve(store.list("journal").get(0));
        byte[] deleted = Files.readAllBytes(first);
        for (long batch = 4; batch <= 40; batch += 4) {
            try (Checkpoint checkpoint = open(store, 1, RETAINED, false)) {
                begin(checkpoint);
                run(checkpoint, batch, batch + 4);
            }
        }
        assertThat(first).doesNotExist();
        List<BatchTime> kept = Reading.kept(store);
        Files.write(first, deleted);
        assertThat(Reading.kept(store)).isEqualTo(kept).doesNotContain(time(1));
    }

    /** The snapshot of the same number says nothing of what its journal had said batch by batch. */
    @Test
    void shouldNotNameBatchesBeforeAJournalThatIsGone() throws IOException {
        try (Checkpoint checkpoint = open(store, 1 << 20, RETAINED, false)) {
            begin(checkpoint);
            run(checkpoint, 1, 3);
        }
        Path first = directory.resolve("journal/0000000001-0000000001");
        byte[] deleted = Files.readAllBytes(first);
        for (long batch = 3; batch <= 9; batch += 3) {
            try (Checkpoint checkpoint = open(store, 1, RETAINED, false)) {
                begin(checkpoint);
                run(checkpoint, batch, batch + 3);
            }
        }
        assertThat(store.list("snapshots").get(0)).isEqualTo("0000000002-0000000002");
        assertThat(directory.resolve("journal/0000000002-0000000002")).doesNotExist();
        Files.write(first, deleted); // its deletion was not durable, and that of the next was
        for (BatchTime one : Reading.kept(store)) {
            Rollback.plan(store, one);
        }
        assertThat(Reading.kept(store)).doesNotContain(time(1)).contains(time(11));
    }

    /** Deletions become durable in any order, and one of them alone would make the void journal count again. */
    @Test
    void shouldDeleteVoidJournalsDurablyBeforeThoseThatTellOfIt() throws IOException {
        try (Checkpoint checkpoint = open(store, 1 << 20, 0, false)) {
            begin(checkpoint);
            run(checkpoint, 1, 3);
        }
        Path fenced = directory.resolve("journal/0000000002"); // of epoch 0
        Files.write(fenced, new byte[] {1});
        List<String> done = new ArrayList<>();
        FileStore told = new ForwardingStore(store) {
            @Override
            public void delete(String path) throws IOException {
                done.add("delete " + path);
                super.delete(path);
            }

            @Override
            public void sync(String path) {
                done.add("sync " + path);
            }
        };
        for (long batch = 3; batch <= 30; batch += 3) {
            try (Checkpoint checkpoint = open(told, 1, 0, false)) {
                begin(checkpoint);
                run(checkpoint, batch, batch + 3);
            }
        }
        assertThat(fenced).doesNotExist();
        done.removeIf(one -> !one.contains(" journal"));
        int deleted = done.indexOf("delete journal/0000000002");
        assertThat(done.get(deleted + 1)).isEqualTo("sync journal");
        assertThat(done.subList(0, deleted)).noneMatch(one -> one.startsWith("delete journal"));
        assertThat(done).contains("delete journal/0000000001-0000000001", "delete journal/0000000002-0000000002");
    }

    @Test
    void shouldNotNameBatchesThatOnlyASnapshotLeadsToThatLacksARun() throws IOException {
        for (long batch = 1; batch <= 40; batch += 4) {
            try (Checkpoint checkpoint = open(store, 1, RETAINED, false)) {
                begin(checkpoint);
                run(checkpoint, batch, batch + 4);
            }
        }
        try (Checkpoint checkpoint = open(store, 1 << 20, RETAINED, false)) {
            begin(checkpoint);
            run(checkpoint, 41, 43); // which the newest snapshot leads to
        }
        List<BatchTime> before = Reading.kept(store);
        Files.delete(directory.resolve("runs").resolve(store.list("runs").get(0))); // which the newest does not name
        List<BatchTime> kept = Reading.kept(store);
        assertThat(kept).isNotEmpty().hasSizeLessThan(before.size());
        for (BatchTime batch : kept) {
            assertThat(last(Checkpoint.readBefore(store, batch))).isEqualTo(batch.milliseconds() / 1000 - 1);
        }
    }
}
