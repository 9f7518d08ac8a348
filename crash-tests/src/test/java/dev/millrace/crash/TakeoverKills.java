/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.internal.log.EpochFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Ends the program that has the checkpoint again and again, at seeded random moments: by SIGKILL, or by SIGSTOP and a second
 * program that takes over. One that was stopped is woken while its successor starts or runs, or under a later one, and is
 * then killed, or ends because it was fenced. Each start must succeed, and who has the checkpoint must not fail.
 */
final class TakeoverKills implements AutoCloseable {
    private static final int KILLS_A_RUN = 25;
    private static final int MOST_STEPS = 60;
    private static final int MOST_POINTS = 20_000; // some hundred batches
    private static final int MOST_NANOS = 3_000_000;
    private static final List<String> BUDGETS = List.of("100k", "1m", "16m");
    private static final List<String> SEGMENT_BYTES = List.of("1", "300", "4k"); // from one a block on

    private final Path root;
    private final Random random;
    private final Deque<CommandedProcess> idle = new ArrayDeque<>();
    private final List<CommandedProcess> asleep = new ArrayList<>();
    private final List<CommandedProcess> all = new ArrayList<>();
    private final Map<String, Integer> counts = new TreeMap<>();
    private int kills;
    private int runs;

    /** @param root where the runs have their files */
    TakeoverKills(Path root, long seed) {
        this.root = root;
        random = new Random(seed);
    }

    /** The workplace and the feeder of a run. */
    private record Run(Workplace work, Feeder feeder) {}

    void kill(int wanted) throws IOException, InterruptedException {
        while (kills < wanted) {
            Workplace work = new Workplace(Files.createDirectories(root.resolve("run-" + runs++)));
            try (Feeder feeder = new Feeder(Long.MAX_VALUE)) {
                Run run = new Run(work, feeder);
                CommandedProcess owner = started(run, false);
                for (int i = 0; i < KILLS_A_RUN && kills < wanted; i++) {
                    owner = next(run, owner);
                    kills++;
                }
                owner.awaitPoints(MOST_STEPS);
                wakeAll();
                awaitRetirement(run, owner);
                finish(run, owner);
            }
            delete(work.root());
        }
    }

    private void count(String what) {
        counts.merge(what, 1, Integer::sum);
    }

    private CommandedProcess started(Run run, boolean takeover) throws IOException {
        CommandedProcess process = idle.poll();
        if (process == null) {
            process = new CommandedProcess(root.resolve("errors-" + all.size()));
            all.add(process);
        }
        count("starts");
        process.tell(TakeoverProgram.go(
                run.work(),
                run.feeder().port(),
                takeover,
                Map.of(
                        "millrace.memory.budget", pick(BUDGETS),
                        "millrace.streaming.receiver.writeAheadLog.segmentBytes", pick(SEGMENT_BYTES))));
        return process;
    }

    private String pick(List<String> all) {
        return all.get(random.nextInt(all.size()));
    }

    /** Ends the program that has the checkpoint, and gives the one that has it then. */
    private CommandedProcess next(Run run, CommandedProcess owner) throws IOException, InterruptedException {
        owner.awaitPoints(1 + random.nextInt(MOST_STEPS));
        spin();
        mustRun(owner);
        if (random.nextInt(6) == 0) {
            owner.kill();
            count("killed while it had the checkpoint");
            return started(run, false);
        }
        owner.stop();
        CommandedProcess successor = started(run, true);
        if (random.nextInt(3) == 0) {
            asleep.add(owner);
        } else {
            if (random.nextBoolean()) {
                successor.awaitPoints(1 + random.nextInt(MOST_STEPS));
            }
            spin();
            wake(owner);
        }
        if (!asleep.isEmpty() && random.nextInt(3) == 0) {
            successor.awaitPoints(random.nextInt(MOST_STEPS));
            wake(asleep.remove(random.nextInt(asleep.size())));
        }
        return successor;
    }

    private void wake(CommandedProcess fenced) throws IOException, InterruptedException {
        fenced.wake();
        if (random.nextInt(4) == 0) {
            spin();
            fenced.kill();
            count("killed when it had woken");
        } else {
            count(fenced.awaitEnd().contains("was taken over by ") ? "ended as fenced" : "ended by another failure");
            idle.add(fenced);
        }
    }

    private void wakeAll() throws IOException, InterruptedException {
        while (!asleep.isEmpty()) {
            wake(asleep.remove(asleep.size() - 1));
        }
    }

    private void spin() {
        long nanos = random.nextInt(MOST_NANOS);
        long start = System.nanoTime();
        while (System.nanoTime() - start < nanos) {
            Thread.onSpinWait();
        }
    }

    private void mustRun(CommandedProcess owner) {
        assertThat(owner.end())
                .as("after %d kills: who has the checkpoint runs", kills)
                .isNull();
    }

    /**
     * Runs on until all segments of the log that are there now are retired, with those that fenced programs and the silent receiver have written:
     * the log does not grow for ever. A batch after a standstill may take most of a short log, so its length says nothing.
     */
    private void awaitRetirement(Run run, CommandedProcess owner) throws InterruptedException {
        List<Long> now = segments(run);
        long last = now.get(now.size() - 1);
        for (int points = MOST_STEPS; now.stream().anyMatch(number -> number <= last); points += MOST_STEPS) {
            assertThat(points)
                    .as("points of the program while the log of the segments up to %d begins with %d", last, now.get(0))
                    .isLessThan(MOST_POINTS);
            owner.awaitPoints(points);
            mustRun(owner);
            now = segments(run);
        }
    }

    /** The numbers of the segments of the log of received data. */
    private static List<Long> segments(Run run) {
        String[] names = run.work().checkpoint().resolve("wal").toFile().list();
        return EpochFile.of(names == null ? List.of() : List.of(names)).stream()
                .map(EpochFile::number)
                .toList();
    }

    private void finish(Run run, CommandedProcess owner) throws IOException, InterruptedException {
        mustRun(owner);
        owner.tell("finish");
        assertThat(owner.awaitEnd()).isEqualTo(TakeoverProgram.FINISHED);
        idle.add(owner);
        new TakeoverOutcome(run.work()).mustBeExact(run.feeder().acknowledged());
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(file);
            }
        }
    }

    @Override
    public void close() throws InterruptedException {
        for (CommandedProcess process : all) {
            if (process.isAlive()) {
                process.kill();
            }
        }
    }

    @Override
    public String toString() {
        return kills + " kills in " + runs + " runs of " + all.size() + " processes: " + counts;
    }
}
