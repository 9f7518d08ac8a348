/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.StableHash;
import dev.millrace.internal.memory.MemoryBudget;
import dev.millrace.internal.memory.MemorySpace;
import dev.millrace.internal.memory.SpillDirectory;
import dev.millrace.streaming.BatchTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatePartitionTest {
    @TempDir
    Path directory;

    private final MemoryBudget budget = new MemoryBudget(10_000_000);
    private MemorySpace space;

    @AfterEach
    void close() {
        space.close();
    }

    private StatePartition<String, Object> partition() {
        space = new MemorySpace(budget, new SpillDirectory(directory), ValueCodec::builtIn);
        return StatePartition.<String, Object>several(space, true, 1).get(0);
    }

    private static List<String> contents(StateTable<String, Object> table) {
        HeldStates<Object> states = HeldStates.kept(ValueCodec.builtIn());
        List<String> all = new ArrayList<>();
        for (int i = 0; i < table.end(); i++) {
            if (table.isLive(i)) {
                all.add(table.key(i) + "=" + states.copy(table.value(i)) + "@" + table.touched(i));
            }
        }
        return all;
    }

    private static Overlay<String, Object> overlay() {
        return new Overlay<>(HeldStates.inMemory(new Operator("update", "Test.java:1"), ValueCodec.builtIn(), false));
    }

    private static Overlay<String, Object> put(String key, Object value) {
        Overlay<String, Object> overlay = overlay();
        overlay.put(key, StableHash.of(key), value);
        return overlay;
    }

    @Test
    void shouldBeTheSameWhereverItIs() {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        StatePartition<String, Object> partition = partition();
        StateTable<String, Object> model = new StateTable<>(true);
        for (int step = 1; step <= 300; step++) {
            BatchTime time = new BatchTime(1000L * step);
            Overlay<String, Object> overlay = overlay();
            for (int i = random.nextInt(20); i > 0; i--) {
                String key = "key-" + random.nextInt(60);
                int hash = StableHash.of(key);
                if (random.nextInt(3) > 0) { // then it knows where the key stands
                    overlay.read(partition.table(), key, hash);
                }
                switch (random.nextInt(4)) {
                    case 0 -> overlay.remove(key, hash);
                    case 1 -> overlay.touch(key, hash);
                    default -> overlay.put(key, hash, List.of(step, i));
                }
            }
            overlay.applyTo(model, time);
            partition.apply(overlay, time);
            if (random.nextInt(3) == 0) {
                partition.spill();
            }
            if (random.nextInt(3) == 0) {
                assertThat(contents(partition.table())).isEqualTo(contents(model));
                long limit = 1000L * random.nextInt(step + 1);
                assertThat(partition.table().touchedBefore(limit)).hasSameSizeAs(model.touchedBefore(limit));
            }
        }
        partition.close();
        assertThat(budget.used()).isZero();
    }

    @Test
    void shouldStayOnDiskWhenABatchChangesIt() {
        StatePartition<String, Object> partition = partition();
        partition.apply(put("a", 1), new BatchTime(1000));
        assertThat(partition.oldestTouchOnDisk()).isEmpty();
        assertThat(partition.spill()).isPositive();
        assertThat(budget.used()).isZero();
        partition.apply(put("b", 2), new BatchTime(2000));
        assertThat(partition.oldestTouchOnDisk()).hasValue(1000);
        assertThat(partition.size()).isEqualTo(2);
        assertThat(contents(partition.table())).containsExactly("a=1@1000", "b=2@2000");
        assertThat(partition.oldestTouchOnDisk()).isEmpty();
        assertThat(budget.used()).isPositive();
    }

    @Test
    void shouldKnowTheOldestTouchOfWhatIsRestoredInParts() {
        StatePartition<String, Object> partition = partition();
        budget.acquireAnyway(budget.total());
        for (int i = 0; i < 6_001; i++) {
            String key = "key-" + i;
            partition.restore(key, StableHash.of(key), i, i == 17 || i == 5_000 ? 1000 + i : 9000);
        }
        partition.restored();
        assertThat(partition.oldestTouchOnDisk()).hasValue(1017);
        assertThat(partition.table().touchedBefore(9000)).containsExactly(17, 5_000);
    }

    /** It is pressed to disk by another's need, so nothing of it tells when the next key comes. */
    @Test
    void shouldKnowTheTouchOfAKeyThatComesToAnEmptyStateOnDisk() {
        StatePartition<String, Object> partition = partition();
        partition.apply(put("a", 1), new BatchTime(1000));
        Overlay<String, Object> removed = overlay();
        removed.remove("a", StableHash.of("a"));
        partition.apply(removed, new BatchTime(2000));
        assertThat(partition.spill()).isPositive();
        assertThat(partition.oldestTouchOnDisk()).hasValue(Long.MAX_VALUE);
        partition.apply(put("b", 2), new BatchTime(3000));
        assertThat(partition.oldestTouchOnDisk()).hasValue(3000);
        partition.table();
        partition.apply(put("b", 3), new BatchTime(4000));
        assertThat(partition.spill()).isPositive();
        assertThat(partition.oldestTouchOnDisk())
                .as("of the table, which is the same")
                .hasValue(4000);
    }

    /** A thousand of them would not fit into the memory that one needs. */
    @Test
    void shouldLookForRoomAfterEachLargeValueThatIsRestored() throws IOException {
        StatePartition<String, Object> partition = partition();
        budget.acquireAnyway(budget.total());
        for (int i = 1; i <= 4; i++) {
            String key = "key-" + i;
            partition.restore(key, StableHash.of(key), "value ".repeat(100_000), 1000);
            assertThat(budget.used()).as("after %d", i).isEqualTo(budget.total());
            assertThat(spilledBytes()).isGreaterThan(i * 600_000L);
        }
        partition.restored();
        assertThat(partition.table().size()).isEqualTo(4);
    }

    private long spilledBytes() throws IOException {
        long bytes = 0;
        try (var files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                bytes += Files.size(file);
            }
        }
        return bytes;
    }

    @Test
    void shouldNotBeSpilledWhileATaskHasIt() {
        StatePartition<String, Object> partition = partition();
        partition.apply(put("a", 1), new BatchTime(1000));
        partition.open(new BatchTime(2000));
        assertThat(partition.spill()).isZero();
        partition.release();
        assertThat(partition.spill()).isPositive();
    }

    @Test
    void shouldComeBackForAChangeThatCannotBeWritten() {
        StatePartition<String, Object> partition = partition();
        partition.apply(put("a", 1), new BatchTime(1000));
        partition.spill();
        partition.apply(put("b", new LinkedList<>(List.of(2))), new BatchTime(2000));
        assertThat(contents(partition.table())).containsExactly("a=1@1000", "b=[2]@2000");
        assertThat(partition.spill()).isZero();
    }

    @Test
    void shouldMakeRoomForWhatIsRestoredIfThereIsMemory() {
        partition().close();
        StatePartition<String, Object> partition =
                StatePartition.<String, Object>several(space, false, 1).get(0);
        partition.makeRoom(1_000_000_000);
        assertThat(budget.used()).as("more than the budget").isZero();
        partition.makeRoom(20_000);
        long room = partition.table().bytes();
        assertThat(budget.used()).isGreaterThan(20_000 * 5 * Integer.BYTES).isLessThanOrEqualTo(room);
        for (int i = 0; i < 20_000; i++) {
            String key = "key-" + i;
            partition.restore(key, StableHash.of(key), i, 1000);
        }
        assertThat(partition.table().bytes()).as("not made anew").isEqualTo(room);
        partition.restored();
        assertThat(partition.table().size()).isEqualTo(20_000);
        assertThat(partition.spill()).isPositive();
    }

    @Test
    void shouldGiveBackRoomThatWasNotNeeded() {
        StatePartition<String, Object> partition = partition();
        partition.makeRoom(200_000);
        assertThat(budget.used()).isGreaterThan(200_000 * 5 * Integer.BYTES);
        partition.restore("a", StableHash.of("a"), 1, 1000);
        partition.restored();
        assertThat(budget.used()).isLessThan(10_000);
        assertThat(contents(partition.table())).containsExactly("a=1@1000");
    }

    @Test
    void shouldMakeNobodyGiveWayForRoom() {
        StatePartition<String, Object> partition = partition();
        StatePartition<String, Object> other =
                StatePartition.<String, Object>several(space, true, 1).get(0);
        budget.addEvictor(bytes -> other.spill());
        other.apply(put("a", "value ".repeat(500_000)), new BatchTime(1000));
        long used = budget.used();
        partition.makeRoom(400_000);
        assertThat(budget.used()).isEqualTo(used);
    }

    @Test
    void shouldRestoreMoreThanThereIsRoomFor() throws IOException {
        StatePartition<String, Object> partition = partition();
        budget.acquireAnyway(9_500_000);
        StateTable<String, Object> model = new StateTable<>(true);
        for (int i = 0; i < 20_000; i++) {
            String key = "key-" + i;
            partition.restore(key, StableHash.of(key), "value ".repeat(10) + i, 1000 + i % 7);
            model.load(key, StableHash.of(key), "value ".repeat(10) + i, 1000 + i % 7);
        }
        partition.restored();
        model.loaded();
        assertThat(budget.used()).isEqualTo(9_500_000);
        assertThat(partition.size()).isEqualTo(20_000);
        assertThat(partition.oldestTouchOnDisk()).hasValue(1000);
        try (var files = Files.walk(directory)) {
            assertThat(files.filter(file -> file.toString().endsWith(".spill"))).hasSize(1);
        }
        assertThat(contents(partition.table())).isEqualTo(contents(model));
        assertThat(partition.table().touchedBefore(1003)).isEqualTo(model.touchedBefore(1003));
    }
}
