/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.CapturedLog;
import dev.millrace.MillraceConf;
import dev.millrace.Programs;
import dev.millrace.Tuple2;
import dev.millrace.error.BatchFailedException;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** States that are far larger than the budget: looked up, written and merged while batches go on. */
class StateOnDiskTest {
    private static final int BATCHES = 36;
    private static final int KEYS = 12_000;

    @TempDir
    Path directory;

    private static final Set<String> FAILED = ConcurrentHashMap.newKeySet();

    record Visits(int count, String lastPage) {}

    private record Life(String budget, int batches) {}

    /** The results of a program, a text a batch and output, and the number of spill files that it had made. */
    private static final class Seen {
        private final List<String> given = new ArrayList<>();
        private long files;
    }

    /** Many keys at first, few in the middle, so that what is on disk may come back. */
    private static List<List<Tuple2<String, String>>> batches(long seed) {
        Random random = new Random(seed);
        List<List<Tuple2<String, String>>> batches = new ArrayList<>();
        for (int batch = 0; batch < BATCHES; batch++) {
            int keys = batch % 18 < 8 ? KEYS : 200;
            List<Tuple2<String, String>> records = new ArrayList<>();
            for (int i = batch % 7 == 6 ? 0 : random.nextInt(3_000); i > 0; i--) {
                records.add(Tuple2.of("user-" + random.nextInt(keys), "page ".repeat(random.nextInt(40)) + i));
            }
            batches.add(records);
        }
        return batches;
    }

    private static Optional<String> visit(BatchTime time, String user, Optional<String> page, State<Visits> state) {
        if (state.isTimingOut()) {
            return Optional.of(user + " gone after " + state.get().count());
        }
        if (page.orElseThrow().endsWith("33")) {
            throw new IllegalArgumentException("no such page");
        }
        int before = state.exists() ? state.get().count() : 0;
        if (before == 4) {
            state.remove();
        } else if (before != 2 || page.orElseThrow().endsWith("1")) {
            state.update(new Visits(before + 1, page.orElseThrow()));
        }
        return Optional.of(user + before);
    }

    /** Each fifth batch fails once after its first two hundred records. */
    private static String failingOnce(BatchTime time, String mapped) {
        if (time.milliseconds() % 5_000 == 0 && mapped.endsWith("1") && FAILED.add("batch " + time.milliseconds())) {
            throw new IllegalStateException("once");
        }
        return mapped;
    }

    private Seen run(long seed, boolean durable, Life... lives) throws IOException {
        FAILED.clear();
        Seen seen = new Seen();
        Path run = Files.createTempDirectory(directory, "run");
        for (Life life : lives) {
            MillraceConf conf = new MillraceConf()
                    .set("millrace.memory.budget", life.budget())
                    .set("millrace.memory.spillDirectory", run.resolve("spills").toString())
                    .set(
                            "millrace.streaming.quarantine.directory",
                            run.resolve("aside").toString())
                    .set("millrace.task.retryDelay", "0");
            try (StreamingContext ssc = Programs.local(conf)) {
                if (durable) {
                    ssc.checkpoint(run.resolve("checkpoint").toString());
                }
                MapWithStateDStream<String, String, Visits, String> visits = Programs.batches(ssc, batches(seed))
                        .named("visits")
                        .mapToPair(pair -> pair)
                        .mapWithState(
                                StateType.of("users", Visits.class).timeout(Durations.seconds(6)),
                                StateOnDiskTest::visit)
                        .named("mapped visits")
                        .onError(ErrorPolicy.quarantine());
                visits.transform((rdd, time) -> rdd.map(mapped -> failingOnce(time, mapped)))
                        .foreachRDD((rdd, time) -> {
                            seen.given.add(time + " mapped " + rdd.collect());
                            seen.files = Math.max(seen.files, files(run.resolve("spills")));
                        })
                        .named("mapped");
                visits.stateSnapshots()
                        .foreachRDD((rdd, time) -> {
                            if (time.milliseconds() % 4_000 == 0) {
                                seen.given.add(time + " states " + rdd.collect());
                            }
                        })
                        .named("states");
                ssc.runBatches(life.batches());
            }
        }
        return seen;
    }

    /** The number of files that have been made: they are numbered. */
    private static long files(Path spills) {
        return Stream.of(Objects.requireNonNullElse(spills.toFile().listFiles(File::isDirectory), new File[0]))
                .flatMap(made -> Stream.of(Objects.requireNonNull(made.list())))
                .mapToLong(file -> Long.parseLong(file.replace(".spill", "")) + 1)
                .max()
                .orElse(0);
    }

    @Test
    void shouldGiveTheSameWithAMegabyteAndAGigabyte() throws IOException {
        long seed = Long.getLong("millrace.disk.seed", System.nanoTime());
        System.out.println("-Dmillrace.disk.seed=" + seed);
        Seen roomy = run(seed, false, new Life("1g", BATCHES));
        for (String budget : List.of("1m", "200k", "1")) {
            try (CapturedLog log = new CapturedLog("dev.millrace.memory")) {
                Seen tight = run(seed, false, new Life(budget, BATCHES));
                System.out.println("budget " + budget + ": " + tight.files + " files, " + log.messages());
                assertThat(tight.given.equals(roomy.given)).as(budget).isTrue();
                assertThat(log.messages()).anyMatch(line -> line.startsWith("the state users goes to disk"));
            }
        }
        assertThat(roomy.files).isZero();
    }

    @Test
    void shouldGiveTheSameOverRestartsWithAnyBudgets() throws IOException {
        long seed = Long.getLong("millrace.disk.seed", System.nanoTime());
        System.out.println("-Dmillrace.disk.seed=" + seed);
        Seen whole = run(seed, false, new Life("1g", BATCHES));
        Seen parts = run(
                seed, true, new Life("200k", 10), new Life("1g", 3), new Life("1m", 9), new Life("1", BATCHES - 22));
        System.out.println(parts.files + " files");
        assertThat(parts.given.equals(whole.given)).isTrue();
    }

    /** One state of numbered keys, with room for a few of them. */
    private StreamingContext numbered(List<List<Integer>> batches) {
        StreamingContext ssc = Programs.local(new MillraceConf()
                .set("millrace.memory.budget", "100k")
                .set("millrace.task.maxAttempts", "1")
                .set("millrace.memory.spillDirectory", directory.toString()));
        Programs.batches(ssc, batches)
                .mapToPair(number -> Tuple2.of(number, 1L))
                .<Long, Long>mapWithState(StateType.of("numbers", Long.class), (time, number, one, state) -> {
                    state.update(state.orElse(0L) + 1);
                    return Optional.of(state.get());
                })
                .foreachRDD(rdd -> {
                    rdd.count();
                });
        return ssc;
    }

    private static List<Integer> numbers(int count) {
        return Stream.iterate(0, number -> number + 1).limit(count).toList();
    }

    @Test
    void shouldSayWhenAStateGoesToDisk() {
        try (CapturedLog log = new CapturedLog("dev.millrace.memory");
                StreamingContext ssc = numbered(List.of(numbers(20_000), numbers(20_000)))) {
            ssc.runBatches(2);
            assertThat(log.lines()).hasSize(1);
            assertThat(log.lines().get(0))
                    .matches(
                            "INFO the state numbers goes to disk, because millrace.memory.budget of 102400 bytes has no more room"
                                    + " for it: a partition of 10000 keys, which took about [0-9]+ bytes; others follow as room is needed");
        }
    }

    @Test
    void shouldFailTheBatchThatNeedsADamagedFile() {
        try (StreamingContext ssc = numbered(List.of(numbers(20_000), numbers(20_000)))) {
            ssc.runBatches(1);
            damageFiles();
            assertThatThrownBy(() -> ssc.runBatches(1))
                    .isInstanceOf(BatchFailedException.class)
                    .rootCause()
                    .hasMessageMatching("the spilled data in .*\\.spill is damaged at byte [0-9]+: .*"
                            + "; check the disk of millrace.memory.spillDirectory");
        }
    }

    private void damageFiles() {
        Stream.of(Objects.requireNonNull(directory.toFile().listFiles(File::isDirectory)))
                .flatMap(spills -> Stream.of(Objects.requireNonNull(spills.listFiles())))
                .forEach(StateOnDiskTest::damage);
    }

    private static void damage(File spilled) {
        try (RandomAccessFile file = new RandomAccessFile(spilled, "rw")) {
            for (long at = 100; at < file.length(); at += 1_000) {
                file.seek(at);
                file.write(77);
                file.write(78);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
