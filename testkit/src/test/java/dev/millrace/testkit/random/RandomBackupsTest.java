/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.random;

import dev.millrace.internal.crash.CrashPoint;
import dev.millrace.streaming.CheckpointBackup;
import dev.millrace.testkit.NoLeaks;
import dev.millrace.testkit.StreamTestDriver;
import dev.millrace.testkit.TestInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random programs that are backed up at random steps of their durable path, folds among them, and that go on from one of these backups when
 * their checkpoint is lost: they give what they give when nothing happens, in the same order.
 */
@ExtendWith(NoLeaks.class)
class RandomBackupsTest {
    @TempDir
    private Path directory;

    private int runs;

    /** One run of a program. */
    private static final class Run {
        private final Path checkpoint;
        private final Path backups;
        private final Random random;
        private final List<CheckpointBackup> made = Collections.synchronizedList(new ArrayList<>());
        private int untilNext;

        Run(Path home, long seed) {
            checkpoint = home.resolve("checkpoint");
            backups = home.resolve("backups");
            random = new Random(seed);
        }

        Map<String, List<List<Object>>> run(RandomProgram program) throws IOException {
            String[] names = program.outputs().stream().map(RandomProgram::name).toArray(String[]::new);
            try (AsideFiles aside = new AsideFiles();
                    StreamTestDriver driver = StreamTestDriver.setup()
                            .set("millrace.streaming.checkpoint.snapshotBytes", "1k")
                            .set("millrace.streaming.checkpoint.retainedBatches", Integer.toString(random.nextInt(3)))
                            .set("millrace.memory.budget", random.nextBoolean() ? "60%" : "1")
                            .set(
                                    "millrace.streaming.quarantine.directory",
                                    aside.directory().toString())
                            .checkpoint(checkpoint)
                            .observeOnly(names)
                            .run(context -> ProgramBuilder.build(program, context, true))) {
                for (int i = 0; i < program.inputs().size(); i++) {
                    RandomInput input = program.inputs().get(i);
                    TestInput<Object> target =
                            driver.<Object>input(RandomProgram.name(i)).partitions(input.partitions());
                    input.batches().forEach(target::batchOf);
                }
                advance(driver, program.batches());
                Map<String, List<List<Object>>> outputs = new LinkedHashMap<>();
                for (String name : names) {
                    outputs.put(name, driver.<Object>output(name).all());
                }
                outputs.putAll(aside.read(program));
                return outputs;
            }
        }

        private void advance(StreamTestDriver driver, int batches) throws IOException {
            int losses = 2;
            while (done(driver) < batches) {
                untilNext = random.nextInt(20);
                CrashPoint.observe(this::reached);
                try {
                    driver.advanceBatch();
                } finally {
                    CrashPoint.observe(point -> {});
                }
                if (losses > 0 && !made.isEmpty() && random.nextInt(4) == 0) {
                    losses--;
                    lose(driver);
                }
            }
        }

        private synchronized void reached(CrashPoint point) {
            if (untilNext-- == 0) {
                made.add(CheckpointBackup.take(checkpoint, backups, CheckpointBackup.Files.LINKED));
            }
        }

        private void lose(StreamTestDriver driver) throws IOException {
            driver.context().stop();
            delete(checkpoint);
            CheckpointBackup chosen = made.get(random.nextInt(made.size()));
            CheckpointBackup.restore(chosen.path(), checkpoint, CheckpointBackup.Files.LINKED);
            made.clear(); // they are of a past that is no more
            delete(backups);
            driver.restart();
        }
    }

    private static long done(StreamTestDriver driver) {
        return driver.context()
                .lastBatchTime()
                .map(time -> time.milliseconds() / 1000)
                .orElse(0L);
    }

    private static void delete(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private void check(long from, long until) {
        RandomCheck check = new RandomCheck(
                EngineRunner.on("local[2]"),
                program -> new Run(directory.resolve("run-" + runs++), program.seed()).run(program),
                true);
        for (long seed = from; seed < until; seed++) {
            check.check(seed);
        }
    }

    @Test
    void shouldGoOnFromABackupAsIfNothingHadHappened() {
        check(0, 8);
        check(1_153, 1_154); // it is backed up between an output that puts something aside and the decision
    }

    @Test
    @Tag("full")
    void shouldGoOnFromABackupAsIfNothingHadHappenedInFourHundredPrograms() {
        check(1_000, 1_400);
    }
}
