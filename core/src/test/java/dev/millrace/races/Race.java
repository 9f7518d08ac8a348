/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.races;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.ChildJvm;
import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.CheckpointInfo;
import dev.millrace.streaming.CheckpointRollback;
import dev.millrace.streaming.StopResult;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A life of a program that goes wrong at one place and is stopped, and a second one that goes well, beside which what was
 * stuck in the first goes on.
 */
final class Race {
    static final Duration LIMIT = Duration.ofSeconds(60); // for what hangs
    static final Duration GRACE = Duration.ofMillis(300);

    /** A stop may return so much later than its deadline and the grace, on a machine that has other things to do. */
    static final Duration LATE = Duration.ofSeconds(20);

    private static final int[] DEADLINES = {0, 10, 100, 300};

    private enum Moment {
        AT_ONCE,
        MISCHIEF,
        PUBLISHING
    }

    private static final Moment[] MOMENTS = {Moment.AT_ONCE, Moment.MISCHIEF, Moment.MISCHIEF, Moment.PUBLISHING};

    private final int number;
    private final Place place;
    private final Kind kind;
    private final long seed;
    private final Path directory;
    private final Random random;
    private final StringBuilder log = new StringBuilder();

    Race(int number, Place place, Kind kind, long seed, Path directory) {
        this.number = number;
        this.place = place;
        this.kind = kind;
        this.seed = seed;
        this.directory = directory;
        random = new Random(seed);
    }

    int number() {
        return number;
    }

    String log() {
        return log.toString();
    }

    String run() throws Exception {
        long begin = System.nanoTime();
        log.append("race ")
                .append(number)
                .append(": ")
                .append(place)
                .append(' ')
                .append(kind);
        try {
            if (place.needsRollback()) {
                runAndRollBack();
            }
            if (kind.needsChild()) {
                inChild();
                secondLife(null);
            } else {
                secondLife(firstLife());
            }
            new Recount(directory).check();
        } catch (Throwable e) {
            throw new AssertionError(log + ": " + e.getMessage(), e);
        }
        return log.append(", over after ")
                .append(Duration.ofNanos(System.nanoTime() - begin).toMillis())
                .append(" ms")
                .toString();
    }

    /** A life that ends well, of which the last batches are taken back. */
    private void runAndRollBack() throws Exception {
        Life life = new Life(this, directory, Mischief.none(), LIMIT).start();
        life.awaitSomeBatches();
        assertThat(life.context().stop(LIMIT)).isEqualTo(StopResult.FINISHED);
        life.awaitThreads();
        Path checkpoint = directory.resolve("checkpoint");
        List<BatchTime> kept = CheckpointInfo.read(checkpoint).kept();
        CheckpointRollback back = CheckpointRollback.carryOut(checkpoint, kept.get(kept.size() / 2));
        assertThat(back.takenBack()).isNotEmpty();
    }

    /** The life that goes wrong. It is stopped in this process. */
    Life firstLife() throws Exception {
        Mischief mischief = Mischief.at(place, kind, random);
        Duration deadline = Duration.ofMillis(DEADLINES[random.nextInt(DEADLINES.length)]);
        Life life = new Life(this, directory, mischief, deadline).start();
        Moment moment = MOMENTS[random.nextInt(MOMENTS.length)];
        log.append(", stopped at ")
                .append(moment)
                .append(" by ")
                .append(deadline.toMillis())
                .append(" ms");
        switch (moment) {
            case AT_ONCE -> {}
            case MISCHIEF -> life.awaitMischief();
            case PUBLISHING -> life.awaitPublishing();
        }
        List<Life.Stopping> stops = new ArrayList<>();
        stops.add(stop(life, deadline));
        if (random.nextBoolean()) {
            stops.add(stop(life, deadline));
        }
        Set<StopResult> results = EnumSet.noneOf(StopResult.class);
        for (Life.Stopping stop : stops) {
            StopResult result = stop.result();
            log.append(", ").append(result == null ? "closed" : result);
            log.append(" after ").append(stop.elapsed().toMillis()).append(" ms");
            results.addAll(result == null ? Set.of() : Set.of(result));
        }
        mischief.stops().forEach(stop -> log.append(", stop in user code ").append(stop));
        check(life, results);
        return life;
    }

    /** Whether the results of the stops are what has become of the batches. */
    private void check(Life life, Set<StopResult> results) {
        boolean reached = life.mischief().hit().isDone();
        log.append(reached ? "" : ", not reached");
        RuntimeException failure = life.context().failure().orElse(null);
        if (failure != null) {
            log.append(", failed");
            assertThat(reached).as(() -> "failed without mischief: " + failure).isTrue();
            return;
        }
        assertThat(results).hasSizeLessThan(2);
        if (!results.isEmpty() && life.isStarted()) {
            CheckpointInfo info = CheckpointInfo.read(directory.resolve("checkpoint"));
            if (!results.contains(StopResult.DECIDED)) {
                assertThat(info.unpublished())
                        .as("batches that are decided and not published")
                        .isEmpty();
            }
            if (results.contains(StopResult.FINISHED)) {
                assertThat(info.underWay())
                        .as("batches that are planned and not decided")
                        .isEmpty();
            }
        }
    }

    private Life.Stopping stop(Life life, Duration deadline) {
        return random.nextInt(3) == 0 ? life.close(deadline) : life.stop(deadline);
    }

    /** The life that goes wrong, in a process that may end by itself. */
    private void inChild() throws Exception {
        int exit = ChildJvm.exitCode(
                RaceChild.class,
                "-Xmx48m",
                "UseSerialGC",
                directory.resolve("log"),
                String.valueOf(number),
                place.name(),
                kind.name(),
                String.valueOf(seed),
                directory.toString());
        log.append(", exit code ").append(exit);
        ChildJvm.text(directory.resolve("log"))
                .lines()
                .filter(line -> line.startsWith(", ")) // what it has logged of itself
                .forEach(log::append);
        assertThat(exit)
                .as(() -> ChildJvm.text(directory.resolve("log")))
                .isIn(0, kind == Kind.EXIT ? Mischief.EXIT_CODE : 0);
    }

    private void secondLife(@Nullable Life first) throws Exception {
        Life second = new Life(this, directory, Mischief.none(), LIMIT).start();
        second.awaitStarted();
        if (first != null && random.nextBoolean()) {
            first.mischief().release();
        }
        second.awaitAllInput();
        if (first != null) {
            first.awaitThreads();
        }
        StopResult result = second.context().stop(LIMIT);
        second.context().failure().ifPresent(failure -> {
            throw new AssertionError("the second life has failed", failure);
        });
        assertThat(result).isEqualTo(StopResult.FINISHED);
        second.awaitThreads();
    }

    static String stack(Thread thread) {
        return Arrays.stream(thread.getStackTrace())
                .map(frame -> "\n    " + frame)
                .collect(Collectors.joining("", "\n" + thread.getName(), ""));
    }

    /** Where the engines' threads and those of a race are. */
    static String stacks(String race) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("millrace-")
                        || thread.getName().startsWith(race + "-"))
                .map(Race::stack)
                .collect(Collectors.joining());
    }
}
