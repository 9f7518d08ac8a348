/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.CapturedLog;
import dev.millrace.Tuple2;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.StableHash;
import dev.millrace.internal.memory.ConcatIterator;
import dev.millrace.internal.memory.MemoryBudget;
import dev.millrace.internal.memory.MemorySpace;
import dev.millrace.internal.memory.SpillDirectory;
import dev.millrace.streaming.BatchTime;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatePartitionTest {
    @TempDir
    Path directory;

    private MemoryBudget budget = new MemoryBudget(10_000_000);
    private MemorySpace space;

    @AfterEach
    void close() {
        space.close();
    }

    private StatePartition<String, Object> partition(MemoryBudget of) {
        budget = of;
        return partition();
    }

    private StatePartition<String, Object> partition() {
        space = new MemorySpace(budget, new SpillDirectory(directory), ValueCodec::builtIn);
        return StatePartition.<String, Object>several(space, new StateForm("visits", Object.class), true, 1)
                .get(0);
    }

    private static List<String> contents(StateBase<String, Object> base) {
        HeldStates<Object> states = HeldStates.kept(ValueCodec.builtIn());
        List<String> all = new ArrayList<>();
        for (StateEntries<String> entries = base.entries(); entries.next(); ) {
            all.add(entries.key() + "=" + states.copy(entries.held()));
        }
        return all;
    }

    private interface Reading<R> {
        R of(StateBase<String, Object> base) throws Exception;
    }

    private static <R> R reading(StatePartition<String, Object> partition, Reading<R> read) {
        StateBase<String, Object> base = partition.open(new BatchTime(1), Long.MAX_VALUE);
        try {
            return read.of(base);
        } catch (Exception e) {
            throw new AssertionError(e);
        } finally {
            partition.release(base);
        }
    }

    private static List<String> contents(StatePartition<String, Object> partition) {
        return reading(partition, StatePartitionTest::contents);
    }

    private static List<String> idle(StatePartition<String, Object> partition, long limit) {
        return reading(partition, base -> idle(base, limit));
    }

    private static void apply(StatePartition<String, Object> partition, Overlay<String, Object> overlay, long time) {
        partition.apply(overlay, new BatchTime(time), Long.MIN_VALUE);
    }

    private static Overlay<String, Object> overlay() {
        return new Overlay<>(HeldStates.inMemory(new Operator("update", "Test.java:1"), ValueCodec.builtIn(), false));
    }

    private static void read(Overlay<String, Object> overlay, StateBase<String, Object> base, String key)
            throws Exception {
        overlay.over(base);
        RecordsAhead<String, Object> window = new RecordsAhead<>(
                new StateInput<>(List.of(new Tuple2<>(key, (Object) 1)).iterator(), true), overlay.lookUps(base));
        assertThat(window.next()).isTrue();
        window.find();
    }

    private static List<String> idle(StateBase<String, Object> base, long limit) {
        List<String> keys = new ArrayList<>();
        for (StateEntries<String> idle = base.touchedBefore(limit); idle.next(); ) {
            keys.add(idle.key());
        }
        return keys;
    }

    private static Overlay<String, Object> put(String key, Object value) {
        Overlay<String, Object> overlay = overlay();
        overlay.put(key, StableHash.of(key), value);
        return overlay;
    }

    /** Steps of a program whose keys time out, on a partition that goes to and fro, and on a table. */
    private final class Life {
        private final Random random;
        private final StatePartition<String, Object> partition;
        private final StateTable<String, Object> model = new StateTable<>(true);
        private final Set<String> seen = new TreeSet<>();
        private int keys = 4_000;

        Life(long seed, long total) {
            random = new Random(seed);
            partition = partition(new MemoryBudget(total));
        }

        void step(int step) throws Exception {
            keys = step % 40 == 0 ? 20 + random.nextInt(4_000) : keys;
            boolean before = partition.isOnDisk();
            Overlay<String, Object> overlay = overlay();
            long limit = 1000L * (step - 8);
            List<String> due = reading(partition, base -> {
                changes(step, overlay, base);
                return timeOut(overlay, base, limit);
            });
            assertThat(due).isEqualTo(idle(model, limit));
            if (random.nextInt(10) == 0) {
                return; // it never was
            }
            boolean moved = random.nextInt(10) == 0 && partition.spill() > 0;
            model.apply(overlay, new BatchTime(1000L * step));
            partition.apply(overlay, new BatchTime(1000L * step), limit);
            seen.add(moved ? "spilled between" : "stayed");
            seen.add(before == partition.isOnDisk() ? "same place" : before ? "came back" : "went to disk");
            assertThat(partition.size()).isEqualTo(model.size());
            if (step % 20 == 0) {
                assertThat(contents(partition)).isEqualTo(contents(model));
            }
        }

        private List<String> timeOut(Overlay<String, Object> overlay, StateBase<String, Object> base, long limit) {
            List<String> due = new ArrayList<>();
            for (StateEntries<String> idle = base.touchedBefore(limit); idle.next(); ) {
                due.add(idle.key());
                if (!overlay.isChanged(idle)) {
                    overlay.remove(idle.key(), idle.hash());
                }
            }
            return due;
        }

        private void changes(int step, Overlay<String, Object> overlay, StateBase<String, Object> base)
                throws Exception {
            for (int i = random.nextInt(300); i > 0; i--) {
                String key = "key-" + random.nextInt(keys);
                int hash = StableHash.of(key);
                if (random.nextInt(3) > 0) { // then it knows where the key stands
                    read(overlay, base, key);
                }
                switch (random.nextInt(6)) {
                    case 0 -> overlay.remove(key, hash);
                    case 1 -> overlay.touch(key, hash);
                    default -> overlay.put(key, hash, List.of(step, "value ".repeat(random.nextInt(20))));
                }
            }
        }
    }

    @Test
    void shouldBeTheSameWhereverItIs() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        for (long total : List.of(1L, 40_000L, 300_000L, 3_000_000L, 1_000_000_000L)) {
            Life life = new Life(seed, total);
            for (int step = 1; step <= 400; step++) {
                life.step(step);
            }
            System.out.println("budget " + total + ": " + filesMade() + " files, " + life.seen);
            assertThat(life.seen).contains("stayed", "same place");
            if (total == 300_000 || total == 3_000_000) {
                assertThat(life.seen).contains("went to disk", "came back");
            }
            life.partition.close();
            assertThat(budget.used()).isZero();
            space.close();
        }
    }

    /** Files are numbered. */
    private long filesMade() {
        return spilled()
                .mapToLong(file -> Long.parseLong(file.getName().replace(".spill", "")) + 1)
                .max()
                .orElse(0);
    }

    /** The spilled files; some may go meanwhile. */
    private Stream<File> spilled() {
        return Stream.of(Objects.requireNonNull(directory.toFile().listFiles(File::isDirectory)))
                .flatMap(spills -> Stream.of(Objects.requireNonNull(spills.listFiles())));
    }

    /** A key that comes again may be equal and differ in the order of its parts; a table keeps the first one. */
    @Test
    void shouldKeepTheFirstOfEqualKeys() {
        List<Integer> numbers = List.of(3, 1, 2);
        for (boolean sortedFirst : List.of(true, false)) {
            space = new MemorySpace(budget, new SpillDirectory(directory), ValueCodec::builtIn);
            StatePartition<Object, Object> partition = StatePartition.several(
                            space, new StateForm("sets", Object.class), true, 1)
                    .get(0);
            Set<Integer> sorted = new TreeSet<>(numbers);
            Set<Integer> unsorted = new HashSet<>(numbers);
            for (int batch = 0; batch < 4; batch++) {
                Overlay<Object, Object> overlay = new Overlay<>(
                        HeldStates.inMemory(new Operator("update", "Test.java:1"), ValueCodec.builtIn(), false));
                Set<Integer> key = sortedFirst == (batch == 0) ? sorted : unsorted;
                overlay.put(key, StableHash.of(key), batch);
                partition.apply(overlay, new BatchTime(1000L * batch), Long.MIN_VALUE);
                if (batch == 0) {
                    assertThat(partition.spill()).isPositive();
                }
            }
            StateBase<Object, Object> base = partition.open(new BatchTime(9000), Long.MAX_VALUE);
            for (StateEntries<Object> entries : List.of(base.entries(), base.touchedBefore(9000))) {
                assertThat(entries.next()).isTrue();
                assertThat(entries.key() instanceof SortedSet).isEqualTo(sortedFirst);
                assertThat(entries.held()).isEqualTo(3);
                assertThat(entries.next()).isFalse();
            }
            partition.release(base);
            partition.close();
            space.close();
        }
    }

    @Test
    void shouldStayOnDiskWhenABatchChangesIt() {
        StatePartition<String, Object> partition = partition();
        apply(partition, put("a", 1), 1000);
        assertThat(partition.isOnDisk()).isFalse();
        assertThat(partition.spill()).isPositive();
        apply(partition, put("b", 2), 2000);
        assertThat(partition.isOnDisk()).isTrue();
        assertThat(partition.size()).isEqualTo(2);
        assertThat(contents(partition)).containsExactly("a=1", "b=2");
    }

    /** Each time that it had to leave again it stays away for longer. */
    @Test
    void shouldComeBackWhenThereIsPlentyOfRoom() {
        List<Integer> batchesOnDisk = new ArrayList<>();
        StatePartition<String, Object> partition = partition();
        apply(partition, put("a", "value ".repeat(100_000)), 1000);
        for (int i = 0; i < 3; i++) {
            assertThat(partition.spill()).isPositive();
            budget.acquireAnyway(9_000_000); // so it would have room, and not twice as much
            for (int batch = 0; batch < 100; batch++) {
                apply(partition, overlay(), 2000);
            }
            assertThat(partition.isOnDisk()).isTrue();
            budget.release(9_000_000);
            int batches = 0;
            while (partition.isOnDisk()) {
                apply(partition, overlay(), 2000);
                batches++;
            }
            batchesOnDisk.add(batches);
        }
        assertThat(batchesOnDisk).containsExactly(4, 8, 16);
        assertThat(contents(partition)).containsExactly("a=" + "value ".repeat(100_000));
    }

    @Test
    void shouldReadABatchsChangesOnTopOfWhatIsOnDisk() {
        StatePartition<String, Object> partition = partition();
        for (String key : List.of("c", "a", "b")) {
            apply(partition, put(key, 1), 1000);
        }
        partition.spill();
        Overlay<String, Object> overlay = put("d", new LinkedList<>(List.of(2)));
        overlay.remove("a", StableHash.of("a"));
        overlay.put("b", StableHash.of("b"), 3);
        List<Object> read = new ArrayList<>();
        partition.read(overlay).forEachRemaining(read::add);
        assertThat(read).hasToString("[(c,1), (b,3), (d,[2])]");
        assertThat(partition.isOnDisk()).isTrue();
    }

    @Test
    void shouldKeepTheFilesOfAReaderUntilItIsClosed() {
        StatePartition<String, Object> partition = partition();
        apply(partition, put("a", 1), 1000);
        apply(partition, put("b", 2), 1000);
        partition.spill();
        ConcatIterator<?> reader = partition.read(null);
        partition.close();
        assertThat(reader.next()).hasToString("(a,1)");
        assertThat(reader.next()).hasToString("(b,2)");
        reader.close();
        assertThat(spilledBytes()).isZero();
    }

    private Path anySpilled() {
        return spilled().findAny().orElseThrow().toPath();
    }

    /** No file can be made from now on, as on a disk that is full: what is there can be looked up, and what comes stays in memory. */
    @Test
    void shouldKeepInMemoryWhatCannotBeWritten() throws IOException {
        StatePartition<String, Object> partition = partition(new MemoryBudget(300_000));
        StateTable<String, Object> model = new StateTable<>(true);
        budget.acquireAnyway(300_000);
        try (CapturedLog log = new CapturedLog("dev.millrace.memory")) {
            for (int batch = 0; batch < 20; batch++) {
                Overlay<String, Object> overlay = overlay();
                for (int i = 0; i < 200; i++) {
                    String key = "key-" + (batch * 100 + i);
                    overlay.put(key, StableHash.of(key), "value ".repeat(10) + batch);
                }
                model.apply(overlay, new BatchTime(1000L * batch));
                apply(partition, overlay, 1000L * batch);
                if (batch == 0) {
                    for (long file = filesMade() + 20, i = 0; i < 500; i++) { // a merge may make some
                        Files.createFile(anySpilled().resolveSibling(file + i + ".spill"));
                    }
                }
            }
            assertThat(log.lines()).anyMatch(line -> line.startsWith("SEVERE the spill directory takes nothing: "));
            assertThat(log.lines()).hasSizeLessThan(10);
        }
        assertThat(partition.isOnDisk()).isTrue();
        assertThat(partition.size()).isEqualTo(model.size());
        assertThat(budget.used()).isGreaterThan(400_000);
        for (int i = 0; i < 2_000; i += 77) {
            String key = "key-" + i;
            Object expected = model.value(model.find(key, StableHash.of(key)));
            Object found = reading(partition, base -> {
                LookUps<String> lookUps = base.lookUps();
                lookUps.readAhead(new Object[] {key}, new int[] {StableHash.of(key)}, 1);
                return lookUps.find(0);
            });
            assertThat(found).isEqualTo(expected);
        }
    }

    @Test
    void shouldEndMergesAndLeaveNothingWhenItIsClosed() {
        StatePartition<String, Object> partition = partition(new MemoryBudget(100_000));
        Random random = new Random(1);
        for (int batch = 0; batch < 60; batch++) {
            Overlay<String, Object> overlay = overlay();
            for (int i = 0; i < 300; i++) {
                String key = "key-" + random.nextInt(50_000);
                overlay.put(key, StableHash.of(key), "value ".repeat(10) + batch);
            }
            apply(partition, overlay, 1000L * batch);
        }
        assertThat(filesMade()).isGreaterThan(100);
        partition.close();
        space.close();
        assertThat(directory).isEmptyDirectory();
        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread -> thread.getName().equals("millrace-merge") && thread.isAlive())
                .isEmpty();
    }

    @Test
    void shouldKnowTheTouchOfAKeyThatComesToAnEmptyStateOnDisk() {
        StatePartition<String, Object> partition = partition();
        apply(partition, put("a", 1), 1000);
        Overlay<String, Object> removed = overlay();
        removed.remove("a", StableHash.of("a"));
        apply(partition, removed, 2000);
        assertThat(partition.spill()).isPositive();
        assertThat(idle(partition, 9000)).isEmpty();
        apply(partition, put("b", 2), 3000);
        assertThat(idle(partition, 3000)).isEmpty();
        assertThat(idle(partition, 3001)).containsExactly("b");
    }

    private long spilledBytes() {
        return spilled().mapToLong(File::length).sum();
    }

    @Test
    void shouldNotBeSpilledWhileATaskHasIt() {
        StatePartition<String, Object> partition = partition();
        apply(partition, put("a", 1), 1000);
        StateBase<String, Object> opened = partition.open(new BatchTime(2000), Long.MAX_VALUE);
        assertThat(partition.spill()).isZero();
        partition.release(opened);
        assertThat(partition.spill()).isPositive();
    }

    @Test
    void shouldComeBackForAChangeThatCannotBeWritten() {
        StatePartition<String, Object> partition = partition();
        apply(partition, put("a", 1), 1000);
        partition.spill();
        apply(partition, put("b", new LinkedList<>(List.of(2))), 2000);
        assertThat(contents(partition)).containsExactly("a=1", "b=[2]");
        assertThat(partition.spill()).isZero();
    }
}
