/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.internal.files.SyncGroup;
import dev.millrace.spi.OutputBatch;
import dev.millrace.streaming.BatchTime;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The receipts that an output of files keeps of the batches it has published. */
class FileReceiptsTest {
    private static final UUID CHECKPOINT = new UUID(1, 1);

    @TempDir
    Path directory;

    private static OutputBatch batch(long time, long epoch) {
        return batch(CHECKPOINT, time, epoch);
    }

    private static OutputBatch batch(UUID checkpoint, long time, long epoch) {
        return new OutputBatch(new BatchTime(time), "out", checkpoint, epoch, new UUID(2, epoch));
    }

    private FileReceipts receipts() {
        return new FileReceipts(directory.resolve(".receipts"), "out");
    }

    private Path file(long epoch) {
        return directory.resolve(".receipts/out-" + CHECKPOINT + "-000000000" + epoch);
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve(".receipts"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void shouldKeepTheLastReceiptsOfEachCheckpoint() throws IOException {
        for (long time = 1; time <= 250; time++) {
            receipts().add(batch(time, 1), new SyncGroup());
            receipts().add(batch(time, 1), new SyncGroup()); // published again
        }
        UUID another = new UUID(7, 7);
        receipts().add(batch(another, 3, 1), new SyncGroup());
        assertThat(receipts().byCheckpoint())
                .containsExactlyInAnyOrder(
                        LongStream.rangeClosed(151, 250)
                                .mapToObj(time -> batch(time, 1))
                                .toList(),
                        List.of(batch(another, 3, 1)));
    }

    @Test
    void shouldGoOnWithWhatTheProgramsBeforeHad() throws IOException {
        receipts().add(batch(1000, 1), new SyncGroup());
        receipts().add(batch(2000, 2), new SyncGroup());
        receipts().takeBack(batch(1000, 3));
        assertThat(receipts().byCheckpoint()).containsExactly(List.of(batch(2000, 2)));
        assertThat(names()).containsExactly(file(3).getFileName().toString());
    }

    @Test
    void shouldDeleteWhatProgramsBeforeHadNotWrittenToTheEnd() throws IOException {
        receipts().add(batch(1000, 2), new SyncGroup());
        Path left = Files.writeString(
                directory.resolve(".receipts/out-" + CHECKPOINT + "-0000000001." + CHECKPOINT + ".new"), "batch 10");
        Path successors = Files.writeString(
                directory.resolve(".receipts/out-" + CHECKPOINT + "-0000000009." + CHECKPOINT + ".new"), "batch 10");
        receipts().add(batch(2000, 3), new SyncGroup());
        assertThat(left).doesNotExist();
        assertThat(names())
                .containsExactly(
                        file(3).getFileName().toString(),
                        successors.getFileName().toString());
        assertThat(receipts().byCheckpoint()).containsExactly(List.of(batch(1000, 2), batch(2000, 3)));
    }

    @Test
    void shouldLeaveAloneWhatASuccessorHasWritten() throws IOException {
        receipts().add(batch(1000, 1), new SyncGroup());
        receipts().add(batch(2000, 2), new SyncGroup());
        receipts().add(batch(1500, 1), new SyncGroup()); // of a fenced program, which had decided it
        receipts().takeBack(batch(2000, 1));
        assertThat(receipts().byCheckpoint()).containsExactly(List.of(batch(1000, 1), batch(1500, 1), batch(2000, 2)));
        assertThat(receipts().isOfSuccessor(batch(2000, 1))).isTrue();
        assertThat(receipts().isOfSuccessor(batch(2000, 2))).isFalse();
        assertThat(receipts().isOfSuccessor(batch(1500, 1))).isFalse();
    }

    /** A crash in the middle of a line comes before anything of its batch is visible. */
    @Test
    void shouldPassOverALineThatWasCutOff() throws IOException {
        receipts().add(batch(1000, 1), new SyncGroup());
        receipts().add(batch(2000, 1), new SyncGroup());
        try (RandomAccessFile lines = new RandomAccessFile(file(1).toFile(), "rw")) {
            lines.seek(128 + 20);
            lines.write("                    ".getBytes());
        }
        assertThat(receipts().byCheckpoint()).containsExactly(List.of(batch(1000, 1)));
        receipts().add(batch(2000, 1), new SyncGroup());
        assertThat(receipts().byCheckpoint()).containsExactly(List.of(batch(1000, 1), batch(2000, 1)));
    }

    /** More batches than receipts: the directories of the batches tell of those before. */
    @Test
    void shouldTellOfAllBatchesThatCameAfterOne() throws IOException {
        FileOutput<Object> output = FileOutput.textFiles(directory.toString());
        List<OutputBatch> after = new ArrayList<>();
        for (long time = 1; time <= 130; time++) {
            OutputBatch batch = batch(time, 1);
            String part = output.stage(batch, 0, 0, List.<Object>of("line").iterator());
            output.publish(batch, List.of(String.valueOf(part)));
            output.discard(batch);
            if (time > 10) {
                after.add(batch);
            }
        }
        assertThat(output.receipts("out", new BatchTime(10))).containsExactlyInAnyOrderElementsOf(after);
    }

    @Test
    void shouldTakeTheSameReceiptFromTwoProgramsAtOnce() throws Exception {
        ExecutorService programs = Executors.newFixedThreadPool(2);
        try {
            for (long epoch = 1; epoch <= 200; epoch++) { // the first receipt of an epoch makes its file
                OutputBatch batch = batch(1000 * epoch, epoch);
                CyclicBarrier together = new CyclicBarrier(2);
                Callable<Boolean> publication = () -> {
                    together.await();
                    receipts().add(batch, new SyncGroup());
                    return true;
                };
                for (Future<Boolean> done : programs.invokeAll(List.of(publication, publication))) {
                    assertThat(done.get()).isTrue();
                }
            }
        } finally {
            programs.shutdownNow();
        }
        assertThat(receipts().byCheckpoint())
                .containsExactly(LongStream.rangeClosed(101, 200)
                        .mapToObj(epoch -> batch(1000 * epoch, epoch))
                        .toList());
    }
}
