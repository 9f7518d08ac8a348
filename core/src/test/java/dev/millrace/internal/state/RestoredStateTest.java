/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.CapturedLog;
import dev.millrace.Tuple2;
import dev.millrace.error.CheckpointException;
import dev.millrace.error.MillraceException;
import dev.millrace.internal.changes.ChangeBlock;
import dev.millrace.internal.codec.LocalValues;
import dev.millrace.internal.codec.Schemas;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.StableHash;
import dev.millrace.internal.memory.MemoryBudget;
import dev.millrace.internal.memory.MemorySpace;
import dev.millrace.internal.memory.SpillDirectory;
import dev.millrace.internal.memory.SpillRefused;
import dev.millrace.internal.receive.MemoryStore;
import dev.millrace.internal.runs.RunCopy;
import dev.millrace.internal.runs.RunCursor;
import dev.millrace.internal.runs.RunEntries;
import dev.millrace.internal.runs.RunFiles;
import dev.millrace.internal.runs.RunMerge;
import dev.millrace.internal.runs.RunSeal;
import dev.millrace.rdd.HashPartitioner;
import dev.millrace.rdd.Partitioner;
import dev.millrace.streaming.BatchTime;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RestoredStateTest {
    private static final long BEFORE = 5_000;
    private static final ValueCodec CODEC = ValueCodec.builtIn();

    @TempDir
    Path directory;

    private final List<MemorySpace> spaces = new ArrayList<>();

    @AfterEach
    void close() {
        spaces.forEach(MemorySpace::close);
    }

    private MemorySpace space(MemoryBudget budget) {
        MemorySpace space = new MemorySpace(budget, new SpillDirectory(directory), () -> CODEC);
        spaces.add(space);
        return space;
    }

    /** The runs of a checkpoint, oldest first: each says what has changed since the one before. */
    private static final class Stored implements StoredEntries {
        private final List<RunEntries> runs = new ArrayList<>(List.of(new RunEntries()));
        private final LocalValues values = CODEC.local();
        private boolean changed;
        private boolean large = true;
        private boolean elsewhere; // in a store that makes no links
        private long nextArrival;

        RunEntries open() {
            return runs.get(runs.size() - 1);
        }

        void put(String key, Object value, boolean again, long touched) {
            open().put(values.encodeKey(key), false, again, values.encode(value, false), nextArrival++, touched);
        }

        void remove(String key) {
            open().remove(values.encodeKey(key));
        }

        void touch(String key, long touched) {
            open().touch(values.encodeKey(key), touched);
        }

        void nextRun() {
            runs.add(new RunEntries());
        }

        @Override
        public long bytes() {
            return large ? Long.MAX_VALUE : 0;
        }

        @Override
        public void forEach(Consumer<StateEntry> each) {
            List<RunCursor> newestFirst = new ArrayList<>();
            runs.forEach(run -> newestFirst.add(0, run.sorted()));
            try (RunMerge all = new RunMerge(newestFirst, true)) {
                while (all.next()) {
                    each.accept(new StateEntry(
                            values.decodeKey(all.keyArray(), all.keyFrom(), all.keyTo(), false),
                            values.decode(all.valueArray(), all.valueFrom(), all.valueTo()),
                            all.arrival(),
                            all.touched()));
                }
            }
        }

        @Override
        public List<RunCopy> copies(RunCopy.Paths paths) throws IOException {
            if (changed) {
                return null;
            }
            List<RunCopy> copies = new ArrayList<>();
            for (RunEntries run : runs) {
                copies.add(0, elsewhere ? copied(run, paths.next()) : RunCopy.write(run.sorted(), paths.next()));
            }
            return copies;
        }

        private static RunCopy copied(RunEntries run, Path path) throws IOException {
            MemoryStore store = new MemoryStore(false);
            RunSeal seal = RunFiles.write(store, "run", run.sorted(), new Schemas());
            return RunCopy.of(RunFiles.stored(store, "run"), seal, path);
        }

        /** Random runs in which keys come, change, are touched, go, and come again. */
        static Stored random(Random random, int keys) {
            Stored stored = new Stored();
            for (int run = 0; run < 4; run++) {
                for (int i = 0; i < keys; i++) {
                    String key = "key-" + random.nextInt(keys);
                    long touched = random.nextInt(5) == 0 ? ChangeBlock.UNTIMED : 1_000 + random.nextInt(4_000);
                    switch (random.nextInt(5)) {
                        case 0 -> stored.remove(key);
                        case 1 -> stored.touch(key, touched);
                        default -> stored.put(key, value(random), false, touched);
                    }
                }
                stored.nextRun();
            }
            return stored;
        }
    }

    private static Object value(Random random) {
        int number = random.nextInt(1_000_000);
        return switch (random.nextInt(3)) {
            case 0 -> number;
            case 1 -> List.of("mutable", number);
            default -> "value " + number;
        };
    }

    /** Says where keys go, and holds up the split, or has it fail. */
    private static final class Gate extends Partitioner {
        private final int partitions;
        private final CountDownLatch opened = new CountDownLatch(1);
        private final AtomicInteger calls = new AtomicInteger();
        private final AtomicInteger failures = new AtomicInteger();

        Gate(int partitions) {
            this.partitions = partitions;
        }

        @Override
        public int numPartitions() {
            return partitions;
        }

        @Override
        public int getPartition(Object key) {
            if (Thread.currentThread().getName().equals("millrace-merge")) {
                try {
                    opened.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                calls.incrementAndGet();
                if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                    throw new IllegalArgumentException("planned");
                }
            }
            return Math.floorMod(key.hashCode(), partitions);
        }
    }

    @SuppressWarnings("unchecked")
    private static List<StatePartition<String, Object>> restored(
            MemorySpace space, Partitioner partitioner, boolean timed, Stored stored) {
        List<StatePartition<String, Object>> partitions = (List<StatePartition<String, Object>>)
                new RestoredState(new StateForm("visits", Object.class), partitioner, timed, BEFORE, stored).in(space);
        partitions.forEach(StatePartition::restored);
        return partitions;
    }

    private static List<StatePartition<String, Object>> inTables(
            MemorySpace space, Partitioner partitioner, boolean timed, Stored stored) {
        stored.large = false;
        try {
            return restored(space, partitioner, timed, stored);
        } finally {
            stored.large = true;
        }
    }

    private static List<String> contents(StatePartition<String, Object> partition) {
        List<String> all = new ArrayList<>();
        partition.read().forEachRemaining(entry -> all.add(String.valueOf(entry)));
        return all;
    }

    private static List<String> idle(StatePartition<String, Object> partition, long limit) {
        StateBase<String, Object> base = partition.open(new BatchTime(1), limit);
        List<String> keys = new ArrayList<>();
        for (StateEntries<String> idle = base.touchedBefore(limit); idle.next(); ) {
            keys.add(idle.key());
        }
        partition.release(base);
        return keys;
    }

    private static Overlay<String, Object> overlay() {
        return new Overlay<>(HeldStates.inMemory(new Operator("update", "Test.java:1"), CODEC, false));
    }

    /** Changes some keys of a partition, as a program does that looks them up first. */
    private static void batch(
            StatePartition<String, Object> partition,
            Partitioner partitioner,
            int number,
            long seed,
            long time,
            int keys)
            throws Exception {
        Random random = new Random(seed);
        Overlay<String, Object> overlay = overlay();
        StateBase<String, Object> base = partition.open(new BatchTime(time), Long.MIN_VALUE);
        overlay.over(base);
        List<Tuple2<String, Integer>> pairs = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            String key = "key-" + random.nextInt(keys + keys / 4);
            if (Math.floorMod(key.hashCode(), partitioner.numPartitions()) == number) {
                pairs.add(new Tuple2<>(key, random.nextInt(4)));
            }
        }
        RecordsAhead<String, Integer> window =
                new RecordsAhead<>(new StateInput<>(pairs.iterator(), true), overlay.lookUps(base));
        while (window.next()) {
            String key = window.pair()._1();
            Object held = window.find();
            switch (window.pair()._2()) {
                case 0 -> overlay.remove(key, window.hash());
                case 1 -> overlay.touch(key, window.hash());
                case 2 -> overlay.put(key, window.hash(), value(random));
                default -> overlay.put(key, window.hash(), held == null ? "new" : List.of("was", seed));
            }
        }
        partition.release(base);
        partition.apply(overlay, new BatchTime(time), Long.MIN_VALUE);
    }

    /** Whenever the runs are split, and whether there is room for tables, the partitions are what they are when all is loaded at once. */
    @ParameterizedTest
    @ValueSource(longs = {10_000_000, 600_000, 60_000})
    void shouldBeTheSameAsIfItWereLoaded(long budget) throws Exception {
        for (long seed = 0; seed < 40; seed++) {
            Random random = new Random(seed);
            int keys = List.of(5, 300, 3_000).get(random.nextInt(3));
            Stored stored = Stored.random(random, keys);
            stored.changed = random.nextInt(4) == 0;
            boolean timed = random.nextBoolean();
            Gate gate = new Gate(1 + random.nextInt(3));
            int opens = random.nextInt(12);
            List<StatePartition<String, Object>> lazy = restored(space(new MemoryBudget(budget)), gate, timed, stored);
            List<StatePartition<String, Object>> loaded =
                    inTables(space(new MemoryBudget(Long.MAX_VALUE)), gate, timed, stored);
            for (int step = 0; step < 12; step++) {
                if (step == opens) {
                    gate.opened.countDown();
                }
                int number = random.nextInt(lazy.size());
                long batchSeed = random.nextLong();
                long time = BEFORE + 1_000 * (step + 1L);
                batch(lazy.get(number), gate, number, batchSeed, time, keys);
                batch(loaded.get(number), gate, number, batchSeed, time, keys);
                if (random.nextInt(4) == 0) {
                    lazy.get(number).spill();
                }
                long limit = 1_000 + random.nextInt(6_000);
                if (timed && step >= opens && random.nextInt(3) == 0) {
                    assertThat(idle(lazy.get(number), limit))
                            .as("seed %d, step %d", seed, step)
                            .isEqualTo(idle(loaded.get(number), limit));
                }
                if (step >= opens && random.nextInt(3) == 0) {
                    assertThat(contents(lazy.get(number)))
                            .as("seed %d, step %d", seed, step)
                            .isEqualTo(contents(loaded.get(number)));
                }
            }
            gate.opened.countDown();
            for (int number = 0; number < lazy.size(); number++) {
                assertThat(contents(lazy.get(number))).as("seed %d", seed).isEqualTo(contents(loaded.get(number)));
                assertThat(lazy.get(number).size()).isEqualTo(loaded.get(number).size());
                if (timed) {
                    assertThat(idle(lazy.get(number), 9_000)).isEqualTo(idle(loaded.get(number), 9_000));
                }
            }
            lazy.forEach(StatePartition::close);
            loaded.forEach(StatePartition::close);
        }
    }

    @Test
    void shouldAnswerWithoutWaitingWhereNothingFallsDue() throws Exception {
        Stored stored = new Stored();
        for (int i = 0; i < 1_000; i++) {
            stored.put("key-" + i, i, false, 2_000 + i);
        }
        Gate gate = new Gate(2);
        StatePartition<String, Object> first = restored(space(new MemoryBudget(10_000_000)), gate, true, stored)
                .get(0);
        assertThat(idle(first, 2_000)).isEmpty();
        batch(first, gate, 0, 1, 9_000, 1_000);
        assertThat(idle(first, 2_000)).isEmpty();
        assertThat(gate.calls).hasValue(0);
        gate.opened.countDown();
        assertThat(idle(first, 2_001)).hasSizeLessThanOrEqualTo(1);
        assertThat(gate.calls).hasValue(1_000);
    }

    /** Until then the processors belong to the start. */
    @Test
    void shouldNotBeSplitBeforeABatchHasChangedSomething() throws Exception {
        Stored stored = new Stored();
        for (int i = 0; i < 1_000; i++) {
            stored.put("key-" + i, i, false, ChangeBlock.UNTIMED);
        }
        Gate gate = new Gate(1);
        gate.opened.countDown();
        MemorySpace space = space(new MemoryBudget(10_000_000));
        StatePartition<String, Object> partition =
                restored(space, gate, false, stored).get(0);
        partition.apply(overlay(), new BatchTime(8_000), Long.MIN_VALUE);
        awaitBackground(space);
        assertThat(gate.calls).as("after a batch without records").hasValue(0);
        batch(partition, gate, 0, 1, 9_000, 1_000);
        awaitBackground(space);
        assertThat(gate.calls).as("after a batch with records").hasValue(1_000);
    }

    private static void awaitBackground(MemorySpace space) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        space.background().execute(done::countDown);
        done.await();
    }

    @Test
    void shouldSplitAgainForWhoNeedsItIfThatHasFailed() {
        Stored stored = new Stored();
        for (int i = 0; i < 1_000; i++) {
            stored.put("key-" + i, i, false, 2_000);
        }
        Gate gate = new Gate(2);
        gate.failures.set(2);
        gate.opened.countDown();
        List<StatePartition<String, Object>> partitions =
                restored(space(new MemoryBudget(10_000_000)), gate, true, stored);
        String told = "the partitioner " + Gate.class.getName()
                + " threw java.lang.IllegalArgumentException: planned; correct it";
        boolean whole = false;
        for (int attempt = 0; attempt < 3 && !whole; attempt++) {
            try {
                whole = contents(partitions.get(0)).size()
                                + contents(partitions.get(1)).size()
                        == 1_000;
            } catch (MillraceException e) {
                assertThat(e).hasMessage(told);
            }
        }
        assertThat(whole).isTrue();
        assertThat(gate.failures).hasValue(0);
    }

    @Test
    void shouldTellOfAnErrorOfTheProgramsClasses() {
        Stored stored = new Stored();
        stored.put("a", 1, false, 2_000);
        Partitioner broken = new Partitioner() {
            @Override
            public int numPartitions() {
                return 1;
            }

            @Override
            public int getPartition(Object key) {
                throw new NoClassDefFoundError("Gone");
            }
        };
        List<StatePartition<String, Object>> partitions =
                restored(space(new MemoryBudget(10_000_000)), broken, true, stored);
        try (CapturedLog log = new CapturedLog("dev.millrace.memory")) {
            assertThatThrownBy(() -> contents(partitions.get(0)))
                    .isInstanceOf(MillraceException.class)
                    .hasMessage("the state visits cannot be split among its partitions:"
                            + " java.lang.NoClassDefFoundError: Gone");
            assertThat(log.lines())
                    .contains("WARNING the state visits cannot be split among its partitions. Its keys are looked up in"
                            + " links to the checkpoint's files, which take space until the program ends; a batch that"
                            + " needs all keys of a partition tries to split it again");
        }
    }

    /** So that a batch of few keys, which one thread brings to its partitions, does not have to. */
    @Test
    void shouldTakeItsTableAndBringItUpToDateWhenATaskOpensIt() throws Exception {
        Stored stored = new Stored();
        for (int i = 0; i < 1_000; i++) {
            stored.put("key-" + i, i, false, 2_000);
        }
        Gate gate = new Gate(2);
        List<StatePartition<String, Object>> lazy = restored(space(new MemoryBudget(10_000_000)), gate, true, stored);
        List<StatePartition<String, Object>> loaded =
                inTables(space(new MemoryBudget(Long.MAX_VALUE)), gate, true, stored);
        batch(lazy.get(0), gate, 0, 1, 9_000, 1_000);
        batch(loaded.get(0), gate, 0, 1, 9_000, 1_000);
        gate.opened.countDown();
        contents(lazy.get(1)); // which waits for the split
        StatePartition<String, Object> first = lazy.get(0);
        first.apply(overlay(), new BatchTime(10_000), Long.MIN_VALUE);
        assertThat(first.isOnDisk()).as("after a batch has been brought to it").isTrue();
        first.release(first.open(new BatchTime(11_000), Long.MIN_VALUE));
        assertThat(first.isOnDisk()).as("after a task has opened it").isFalse();
        assertThat(contents(first)).isEqualTo(contents(loaded.get(0)));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldTellOnceThatTheFilesAreCopied(boolean elsewhere) {
        Stored stored = new Stored();
        stored.elsewhere = elsewhere;
        stored.put("a", 1, false, 2_000);
        stored.nextRun();
        stored.put("b", 1, false, 2_000);
        try (CapturedLog log = new CapturedLog("dev.millrace.memory")) {
            StatePartition<String, Object> partition = restored(
                            space(new MemoryBudget(10_000_000)), new HashPartitioner(1), true, stored)
                    .get(0);
            assertThat(contents(partition)).containsExactly("(a,1)", "(b,1)");
            String copied =
                    "INFO the start copied \\d+ bytes of the state visits into millrace\\.memory\\.spillDirectory,"
                            + " because there can be no link from there to the checkpoint's files; if the checkpoint is a"
                            + " directory of this machine, a spill directory on its file system makes a start quicker and takes"
                            + " no space";
            assertThat(log.lines().stream().filter(line -> line.matches(copied)))
                    .hasSize(elsewhere ? 1 : 0);
        }
    }

    @Test
    void shouldSplitOnceTheDiskTakesFiles() throws IOException {
        Stored stored = new Stored();
        stored.put("a", 1, false, 2_000);
        Gate gate = new Gate(1);
        MemorySpace space = space(new MemoryBudget(1)); // so that parts are runs
        List<StatePartition<String, Object>> partitions = restored(space, gate, true, stored);
        List<Path> inTheWay = new ArrayList<>();
        Path spills = spilled().get(0).toPath().getParent();
        for (int i = 0; i < 100; i++) {
            Path file = spills.resolve(i + ".spill");
            if (!Files.exists(file)) {
                inTheWay.add(Files.createFile(file));
            }
        }
        gate.opened.countDown();
        assertThatThrownBy(() -> contents(partitions.get(0)))
                .isInstanceOf(SpillRefused.class) // a task that meets it waits for room
                .hasMessageStartingWith("data that finds no room in memory cannot be spilled: ");
        for (Path file : inTheWay) {
            Files.delete(file);
        }
        assertThat(contents(partitions.get(0))).containsExactly("(a,1)");
        partitions.forEach(StatePartition::close);
    }

    @Test
    void shouldLeaveNoFileWhenItIsClosedBeforeItIsSplit() {
        Stored stored = new Stored();
        for (int i = 0; i < 5_000; i++) {
            stored.put("key-" + i, i, false, 2_000);
        }
        Gate gate = new Gate(2);
        MemorySpace space = space(new MemoryBudget(1_000)); // so that parts are runs
        List<StatePartition<String, Object>> partitions = restored(space, gate, true, stored);
        assertThat(spilled()).isNotEmpty();
        partitions.forEach(StatePartition::close);
        gate.opened.countDown();
        space.close();
        assertThat(gate.calls).hasValueLessThanOrEqualTo(1_024);
        assertThat(directory.toFile().listFiles(File::isDirectory)).isEmpty();
        assertThat(space.budget().used()).isZero();
    }

    private List<File> spilled() {
        List<File> files = new ArrayList<>();
        for (File spills : directory.toFile().listFiles(File::isDirectory)) {
            files.addAll(List.of(spills.listFiles()));
        }
        return files;
    }

    @Test
    void shouldLetGoOfTheFilesOnceAllPartitionsHaveTheirOwn() {
        Stored stored = new Stored();
        for (int i = 0; i < 2_000; i++) {
            stored.put("key-" + i, i, false, 2_000);
        }
        Gate gate = new Gate(3);
        gate.opened.countDown();
        List<StatePartition<String, Object>> partitions =
                restored(space(new MemoryBudget(10_000_000)), gate, false, stored);
        partitions.forEach(RestoredStateTest::contents);
        assertThat(partitions).noneMatch(StatePartition::isOnDisk);
        assertThat(spilled()).isEmpty();
    }

    @Test
    void shouldRefuseAStateOfAnotherTypeWhenItIsLookedUp() {
        Stored stored = new Stored();
        stored.put("a", 1, false, ChangeBlock.UNTIMED);
        stored.put("b", "text", false, ChangeBlock.UNTIMED);
        Gate gate = new Gate(1);
        MemorySpace space = space(new MemoryBudget(10_000_000));
        @SuppressWarnings("unchecked")
        StatePartition<Object, Object> partition = (StatePartition<Object, Object>)
                new RestoredState(new StateForm("visits", Long.class), gate, false, BEFORE, stored)
                        .in(space)
                        .get(0);
        StateBase<Object, Object> base = partition.open(new BatchTime(1), Long.MIN_VALUE);
        LookUps<Object> lookUps = base.lookUps();
        lookUps.readAhead(new Object[] {"a", "b"}, new int[] {StableHash.of("a"), StableHash.of("b")}, 2);
        assertThat(lookUps.find(0)).isEqualTo(1L);
        assertThatThrownBy(() -> lookUps.find(1))
                .isInstanceOf(CheckpointException.class)
                .hasMessage("the state visits holds a value of type java.lang.String, and the program says"
                        + " java.lang.Long; write StateType.of(\"visits\", String.class), or give the new state"
                        + " another name");
        partition.release(base);
        gate.opened.countDown();
        partition.close();
    }

    /** Restored entries come in any order, and stand in order of arrival. */
    @Test
    void shouldPutASmallStateInOrderOfArrival() {
        Stored stored = Stored.random(new Random(7), 500);
        List<StateEntry> expected = new ArrayList<>();
        stored.forEach(expected::add);
        expected.sort(Comparator.comparingLong(StateEntry::arrival));
        StatePartition<String, Object> partition = inTables(
                        space(new MemoryBudget(10_000_000)), new Gate(1), true, stored)
                .get(0);
        assertThat(contents(partition))
                .isEqualTo(expected.stream()
                        .map(entry -> new Tuple2<>(entry.key(), entry.value()).toString())
                        .toList());
    }
}
