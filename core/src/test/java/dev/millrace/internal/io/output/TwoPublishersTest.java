/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.internal.crash.CrashPoint;
import dev.millrace.spi.OutputBatch;
import dev.millrace.streaming.BatchTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A batch that a program publishes which was taken over after its decision, and its successor too. */
class TwoPublishersTest {
    private static final int PARTS = 4;

    @TempDir
    Path directory;

    @AfterEach
    void observeNoMore() {
        CrashPoint.observe(point -> {});
    }

    private FileOutput<Object> output() {
        return FileOutput.textFiles(directory.toString());
    }

    private static OutputBatch batch(long time) {
        return new OutputBatch(new BatchTime(time), "out");
    }

    private List<String> stage(OutputBatch batch) throws IOException {
        List<String> parts = new ArrayList<>();
        for (int partition = 0; partition < PARTS; partition++) {
            Iterator<Object> records = List.<Object>of("new " + partition).iterator();
            parts.add(Objects.requireNonNull(output().stage(batch, partition, 0, records)));
        }
        return parts;
    }

    private void leaveFilesOfAnEarlierProgram(OutputBatch batch) throws IOException {
        Path old = Files.createDirectories(
                directory.resolve("batch-" + batch.time().milliseconds()));
        for (int part = 0; part < 2 * PARTS; part++) {
            Files.writeString(old.resolve("part-0000" + part), "old\n");
        }
    }

    /** As the committer does. */
    private void publish(OutputBatch batch, List<String> parts) throws IOException {
        FileOutput<Object> output = output();
        output.publish(batch, parts);
        output.discard(batch);
    }

    private void mustBePublished(OutputBatch batch) throws IOException {
        assertThat(output().published(batch)).contains(List.of("new 0", "new 1", "new 2", "new 3"));
        try (var left = Files.list(directory.resolve(".staging"))) {
            assertThat(left).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, PARTS})
    void shouldFindItPublishedWhenTheOtherWasFaster(int movedBefore) throws IOException {
        OutputBatch batch = batch(1000);
        leaveFilesOfAnEarlierProgram(batch);
        List<String> parts = stage(batch);
        AtomicInteger moved = new AtomicInteger();
        CrashPoint.observe(point -> {
            if (point == CrashPoint.PART_PUBLISHED && moved.incrementAndGet() == movedBefore) {
                try {
                    publish(batch, parts);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        });
        publish(batch, parts);
        assertThat(moved).hasValue(PARTS); // each once
        mustBePublished(batch);
    }

    @Test
    void shouldDeleteWhatAnEarlierProgramReplacedWhenItDied() throws IOException {
        OutputBatch batch = new OutputBatch(new BatchTime(1000), "out", new UUID(1, 1), 3, new UUID(2, 2));
        OutputBatch earlier = new OutputBatch(new BatchTime(1000), "out", new UUID(1, 1), 2, new UUID(3, 3));
        List<String> parts = stage(batch);
        Path replaced = directory.resolve(".staging").resolve(StagedName.ofReplaced(earlier));
        Files.writeString(Files.createDirectory(replaced).resolve("part-00000"), "old\n");
        output().publish(batch, parts);
        Path visible = directory.resolve("batch-1000");
        Path aside = Files.move(visible, directory.resolve("aside"));
        output().discard(batch);
        assertThat(replaced).exists(); // who moved it there may see that it is the batch, and move it back
        Files.move(aside, visible);
        output().discard(batch);
        mustBePublished(batch);
    }

    @Test
    void shouldPutBackWhatTheOtherHasShownInTheMeantime() throws IOException {
        OutputBatch batch = batch(1000);
        leaveFilesOfAnEarlierProgram(batch);
        List<String> parts = stage(batch);
        Publication asleep = new Publication(FileLayout.inDirectory(directory.toString()), batch, parts);
        publish(batch, parts);
        asleep.replace();
        mustBePublished(batch);
    }

    @Test
    void shouldChangeNothingWhenItIsPublishedAgain() throws IOException {
        OutputBatch batch = batch(1000);
        List<String> parts = stage(batch);
        publish(batch, parts);
        publish(batch, parts);
        mustBePublished(batch);
    }

    @Test
    void shouldPublishOnceWhenBothDoItAtTheSameTime() throws Exception {
        race(40);
    }

    @Test
    @Tag("stress")
    void shouldPublishOnceHoweverOftenBothDoItAtTheSameTime() throws Exception {
        race(1000);
    }

    private void race(int rounds) throws Exception {
        ExecutorService programs = Executors.newFixedThreadPool(2);
        CyclicBarrier together = new CyclicBarrier(2);
        try {
            for (int round = 1; round <= rounds; round++) {
                OutputBatch batch = batch(1000L * round);
                if (round % 2 == 0) {
                    leaveFilesOfAnEarlierProgram(batch);
                }
                List<String> parts = stage(batch);
                List<Future<?>> both = new ArrayList<>();
                for (int program = 0; program < 2; program++) {
                    both.add(programs.submit(() -> {
                        together.await(10, TimeUnit.SECONDS);
                        publish(batch, parts);
                        return null;
                    }));
                }
                for (Future<?> one : both) {
                    one.get(30, TimeUnit.SECONDS);
                }
                mustBePublished(batch);
            }
        } finally {
            programs.shutdownNow();
        }
    }
}
