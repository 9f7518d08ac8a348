/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import dev.millrace.testkit.FaultyFileStore;
import dev.millrace.testkit.FileOperation;
import dev.millrace.testkit.HeldOperation;
import dev.millrace.testkit.internal.GivenStores;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * A program with a receiver that stores with positions, and one that stored one block and is silent since, lives through what
 * a seed says: it stops, dies, the power fails, or another takes over while it waits at one of its operations on the disk.
 * It goes on there later, under whatever owner, and must find out that it was fenced. Each start must succeed, whatever the
 * memory budget, and in the end every number has come out once and in order, and the log is small.
 */
final class ReceiverLives {
    private static final int EVENTS = 25;
    private static final int MOST_RETAINED = 3;
    private static final int MOST_SEGMENTS = MOST_RETAINED + 4;
    private static final Duration PATIENCE = Duration.ofMillis(20);
    private static final List<FileOperation> HELD = List.of(
            FileOperation.CREATE,
            FileOperation.APPEND,
            FileOperation.SYNC,
            FileOperation.RENAME,
            FileOperation.DELETE,
            FileOperation.LIST);
    private static final List<String> PLACES =
            List.of("wal", "wal", "journal", "receipts", "snapshots", "runs", "owners");

    private enum Event {
        STORE(30),
        BATCHES(30),
        RESTART(6),
        STOP_AT_ONCE(4),
        KILL(4),
        POWER_FAILURE(4),
        TAKEOVER(14),
        WAKE(8);

        private final int weight;

        Event(int weight) {
            this.weight = weight;
        }
    }

    private final Random random;
    private final List<String> history = new ArrayList<>();
    private final Sink sink = new Sink();
    private final List<ReceiverLife> asleep = new ArrayList<>();
    private final String retained;
    private FaultyFileStore disk;
    private long stored;

    private ReceiverLives(FaultyFileStore disk, long seed) {
        this.disk = disk;
        random = new Random(seed * 0x9E3779B97F4A7C15L);
        retained = Integer.toString(random.nextInt(MOST_RETAINED + 1));
    }

    /**
     * Lives through what a seed says.
     *
     * @throws AssertionError if something is wrong, with the seed and what has happened
     */
    static void run(long seed) {
        run(new FaultyFileStore(), seed);
    }

    /** The same in a store in which each sync of a log is a file. */
    static void runWithoutAppend(long seed) {
        run(FaultyFileStore.withoutAppend(), seed);
    }

    private static void run(FaultyFileStore disk, long seed) {
        ReceiverLives lives = new ReceiverLives(disk, seed);
        Lives.tell(seed, lives.history, lives::run);
    }

    private void run() throws Exception {
        ReceiverLife owner = started();
        try {
            for (int i = 0; i < EVENTS; i++) {
                owner = happen(Lives.pick(random, List.of(Event.values()), event -> event.weight), owner);
            }
            while (!asleep.isEmpty()) {
                wake();
            }
            history.add("END");
            for (int i = 0; i < MOST_RETAINED + 3; i++) {
                store(owner, 1);
                owner.batches(1);
            }
            owner.close();
            check();
        } finally {
            owner.abandon();
            asleep.forEach(ReceiverLife::abandon);
        }
    }

    private ReceiverLife started() {
        String budget = List.of("1", "100k", "16m").get(random.nextInt(3));
        note("start with " + budget);
        MillraceConf conf = new MillraceConf()
                .setMaster("local[2]")
                .set("millrace.memory.budget", budget)
                .set("millrace.streaming.checkpoint.takeover", "true")
                .set("millrace.streaming.checkpoint.retainedBatches", retained)
                .set("millrace.streaming.checkpoint.snapshotBytes", "600")
                .set(
                        "millrace.streaming.receiver.writeAheadLog.segmentBytes",
                        Integer.toString(1 + random.nextInt(300)))
                .set("millrace.streaming.blockInterval", "1h")
                .set("millrace.streaming.checkpoint.directory", GivenStores.directoryOf(disk));
        ReceiverLife life = new ReceiverLife(conf, sink, disk);
        life.start();
        return life;
    }

    private ReceiverLife happen(Event event, ReceiverLife owner) throws Exception {
        history.add(event.name());
        switch (event) {
            case STORE -> store(owner, 1 + random.nextInt(3));
            case BATCHES -> owner.batches(1 + random.nextInt(2));
            case RESTART -> {
                owner.close();
                return started();
            }
            case STOP_AT_ONCE -> {
                owner.abandon();
                return started();
            }
            case KILL -> {
                disk = disk.afterKill();
                owner.abandon();
                return started();
            }
            case POWER_FAILURE -> {
                disk = disk.afterPowerFailure(random.nextLong());
                owner.abandon();
                return started();
            }
            case TAKEOVER -> {
                return takenOver(owner);
            }
            case WAKE -> {
                if (!asleep.isEmpty()) {
                    wake();
                }
            }
        }
        return owner;
    }

    private void store(ReceiverLife owner, int count) {
        stored = owner.store(count);
        note("up to " + stored);
    }

    /** The owner waits at one of its next operations, if it comes there, and another program takes the checkpoint. */
    private ReceiverLife takenOver(ReceiverLife owner) throws Exception {
        FileOperation operation = HELD.get(random.nextInt(HELD.size()));
        String place = PLACES.get(random.nextInt(PLACES.size()));
        int nth = 1 + random.nextInt(4);
        HeldOperation held = new HeldOperation(operation, place, nth);
        disk.fault(held);
        owner.goOn(1 + random.nextInt(3), held);
        while (!owner.isIdle() && !held.awaitReached(PATIENCE)) {
            // it comes there, or to its end
        }
        disk.noFault();
        note("at " + operation + " " + nth + " of " + place + (owner.isIdle() ? ", not reached" : ""));
        asleep.add(owner);
        return started();
    }

    private void wake() throws Exception {
        ReceiverLife fenced = asleep.remove(random.nextInt(asleep.size()));
        note(fenced.wake());
        fenced.abandon();
    }

    private void note(String what) {
        String last = history.isEmpty() ? "" : history.remove(history.size() - 1) + ", ";
        history.add(last + what);
    }

    private void check() throws Exception {
        List<String> numbers = lines(ReceiverLife.NUMBERS);
        assertThat(numbers)
                .as("every number comes out once, in order")
                .isEqualTo(IntStream.rangeClosed(1, numbers.size())
                        .mapToObj(Integer::toString)
                        .toList());
        assertThat((long) numbers.size()).as("nothing is lost").isEqualTo(stored);
        assertThat(lines(ReceiverLife.ONCE)).containsExactly("once");
        assertThat(sink.broken()).isEmpty();
        assertThat(disk.list("wal")).as("the log is small").hasSizeLessThanOrEqualTo(MOST_SEGMENTS);
    }

    /** Returns the lines of an output that readers see, batch after batch. */
    private List<String> lines(String output) {
        Comparator<String[]> byTime = Comparator.comparingLong(place -> Long.parseLong(place[1]));
        Map<String, String> visible = sink.visible();
        return visible.keySet().stream()
                .map(place -> place.split("/"))
                .filter(place -> place[0].equals(output))
                .sorted(byTime.thenComparing(place -> place[2]))
                .flatMap(place -> visible.get(String.join("/", place)).lines())
                .toList();
    }
}
