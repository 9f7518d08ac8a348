/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.receive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Segments that are not needed any more are deleted, and nothing else is. */
@Timeout(60)
class RetiredLogTest {
    private final MemoryStore store = new MemoryStore();

    private WriteAheadLog open(long segmentBytes) {
        return Blocks.open(store, segmentBytes);
    }

    @Test
    void shouldDeleteFromTheOldestOnWhatHoldsNothingThatIsNeeded() throws Exception {
        try (WriteAheadLog log = open(1)) { // a segment for each block
            for (int i = 0; i < 4; i++) {
                Blocks.log(log, "a", i, "a" + i);
                Blocks.log(log, "b", i, "b" + i);
            }
            log.retire(Map.of("a", 3L));
            log.close();
        }
        assertThat(store.list("wal")).hasSize(7).startsWith("0000000002"); // b 0 is needed, and all behind it stays
        try (WriteAheadLog log = open(1)) {
            log.retire(Map.of("a", 3L, "b", 2L));
        }
        assertThat(store.list("wal")).startsWith("0000000006").hasSize(3); // b 2, a 3, b 3
        assertThat(Blocks.recovered(store)).containsExactly("b 2 b2", "a 3 a3", "b 3 b3");
    }

    @Test
    void shouldKeepTheNewestSegmentSoThatNoNumberComesTwice() throws Exception {
        try (WriteAheadLog log = open(Blocks.MUCH)) {
            Blocks.log(log, "a", 0, "first");
            log.retire(Map.of("a", 1L));
        }
        assertThat(store.list("wal")).containsExactly("0000000001");
        try (WriteAheadLog log = open(Blocks.MUCH)) {
            log.retire(Map.of("a", 1L)); // it is not open, and still the newest
            assertThat(log.recovered()).isEmpty();
            assertThat(Blocks.log(log, "a", 1, "second").segment()).isEqualTo(2);
            log.retire(Map.of("a", 1L));
        }
        assertThat(store.list("wal")).containsExactly("0000000002");
    }

    @Test
    void shouldGoOnInANewSegmentWhenALargeOneHoldsNothingThatIsNeeded() throws Exception {
        try (WriteAheadLog log = open(1000)) {
            Blocks.log(log, "a", 0, "x".repeat(200));
            log.retire(Map.of("a", 1L));
            Blocks.log(log, "a", 1, "x".repeat(200));
            assertThat(store.list("wal")).containsExactly("0000000001"); // small: not worth it
            Blocks.log(log, "a", 2, "x".repeat(200));
            log.retire(Map.of("a", 2L));
            Blocks.log(log, "b", 0, "y");
            assertThat(store.list("wal")).containsExactly("0000000001"); // a 2 is needed
            log.retire(Map.of("a", 3L, "b", 1L));
        }
        assertThat(store.list("wal")).containsExactly("0000000002");
        assertThat(Blocks.recovered(store)).isEmpty();
    }

    @Test
    void shouldLeaveOutOfTheRecoveredWhatIsRetired() throws Exception {
        try (WriteAheadLog log = open(Blocks.MUCH)) {
            Blocks.log(log, "a", 0, "a0");
            Blocks.log(log, "b", 0, "b0");
            Blocks.log(log, "a", 1, "a1");
        }
        try (WriteAheadLog log = open(Blocks.MUCH)) {
            log.retire(Map.of("a", 1L, "unknown", 9L));
            assertThat(Blocks.recovered(log)).containsExactly("b 0 b0", "a 1 a1");
            log.retire(Map.of("a", 0L, "b", 1L)); // going back changes nothing
            assertThat(Blocks.recovered(log)).containsExactly("a 1 a1");
        }
        assertThat(Blocks.recovered(store)).containsExactly("a 0 a0", "b 0 b0", "a 1 a1");
    }

    @Test
    void shouldGoOnAndTryAgainWhenAFileCannotBeDeleted() throws Exception {
        List<Integer> failures = new ArrayList<>();
        store.deleting = path -> {
            if (failures.isEmpty()) {
                failures.add(1);
                throw new IOException("Read-only file system");
            }
        };
        try (WriteAheadLog log = open(1)) {
            Blocks.log(log, "a", 0, "a0");
            Blocks.log(log, "a", 1, "a1");
            log.retire(Map.of("a", 1L));
            Blocks.log(log, "a", 2, "a2");
            Blocks.log(log, "a", 3, "a3"); // comes after the retirement in any case
            assertThat(failures).hasSize(1);
            assertThat(store.list("wal")).startsWith("0000000001");
            log.retire(Map.of("a", 2L));
        }
        assertThat(store.list("wal")).startsWith("0000000003");
    }
}
