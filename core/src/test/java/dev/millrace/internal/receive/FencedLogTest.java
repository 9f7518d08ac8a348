/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.receive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.log.CheckpointIdentity;
import dev.millrace.internal.log.Epoch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A program whose log was taken over while it was stopped, and that goes on as if nothing had happened. */
@Timeout(60)
class FencedLogTest {
    private final MemoryStore store = new MemoryStore();

    /** Of a program that has checked its right, was stopped before it wrote, and finds out behind that. */
    private static Epoch late(long number) {
        return Epoch.unchecked(identity(number));
    }

    private static CheckpointIdentity identity(long number) {
        return new CheckpointIdentity(new UUID(1, 1), number, new UUID(2, number));
    }

    private WriteAheadLog open(long epoch) {
        return Blocks.open(store, 1, late(epoch)); // a segment for each block
    }

    private List<String> recovered() throws Exception {
        try (WriteAheadLog log = open(99)) {
            return Blocks.recovered(log);
        }
    }

    private List<String> segments() {
        return store.list("wal").stream()
                .map(name -> name.replaceAll("\\b0+", ""))
                .toList();
    }

    /** The segment of the fenced program came to life again, and its block was where the successor's next was due. */
    @Test
    void shouldDeleteAVoidSegmentWithThatOfTheSuccessor() throws Exception {
        try (WriteAheadLog old = open(1)) {
            Blocks.log(old, "a", 0, "a0");
            try (WriteAheadLog next = open(2)) {
                Blocks.log(old, "a", 1, "void");
                for (int i = 1; i < 4; i++) {
                    Blocks.log(next, "a", i, "a" + i);
                }
                assertThat(segments()).containsExactly("1-1", "2-1", "2-2", "3-2", "4-2");
                next.retire(Map.of("a", 2L));
            }
        }
        assertThat(segments()).containsExactly("3-2", "4-2");
        assertThat(recovered()).containsExactly("a 2 a2", "a 3 a3");
    }

    @Test
    void shouldPassOverASegmentThatCameWhenThatOfTheSuccessorWasGone() throws Exception {
        try (WriteAheadLog old = open(1)) {
            Blocks.log(old, "a", 0, "a0");
            try (WriteAheadLog next = open(2)) {
                for (int i = 1; i < 5; i++) {
                    Blocks.log(next, "a", i, "a" + i);
                }
                next.retire(Map.of("a", 3L));
            }
            assertThat(segments()).containsExactly("4-2", "5-2");
            Blocks.log(old, "a", 1, "void");
        }
        assertThat(segments()).containsExactly("2-1", "4-2", "5-2");
        assertThat(WriteAheadLog.firstSequences(store)).containsExactly(Map.entry("a", 3L));
        try (WriteAheadLog third = open(3)) {
            assertThat(Blocks.recovered(third)).containsExactly("a 3 a3", "a 4 a4");
            Blocks.log(third, "a", 5, "a5");
            third.retire(Map.of("a", 4L));
        }
        assertThat(segments()).containsExactly("5-2", "6-3");
    }

    @Test
    void shouldKnowWhoWasFencedWhenNothingIsLeftOfTheNextOwner() throws Exception {
        List<WriteAheadLog> stopped = new ArrayList<>();
        for (int epoch = 1; epoch < 20; epoch++) {
            WriteAheadLog log = open(epoch);
            stopped.add(log);
            Blocks.log(log, "a", epoch, "a" + epoch);
            log.retire(Map.of("a", (long) epoch, "b", 2L * epoch));
            Blocks.log(log, "b", 2 * epoch, "b" + 2 * epoch);
            // The log may take that block together with the retirement, and retires last; the next comes after both.
            Blocks.log(log, "b", 2 * epoch + 1, "b" + (2 * epoch + 1));
        }
        for (int epoch = 1; epoch < 19; epoch++) {
            Blocks.log(stopped.get(epoch - 1), "a", epoch + 1, "void");
        }
        assertThat(recovered()).containsExactly("a 19 a19", "b 38 b38", "b 39 b39");
        for (WriteAheadLog log : stopped) {
            log.close();
        }
    }

    @Test
    void shouldStillReportASegmentThatIsMissing() throws Exception {
        for (int epoch = 1; epoch < 4; epoch++) {
            try (WriteAheadLog log = open(epoch)) {
                Blocks.log(log, "a", epoch, "a" + epoch);
            }
        }
        store.delete("wal/0000000002-0000000002");
        assertThatThrownBy(this::recovered)
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith("the write-ahead log memory lacks the file wal/0000000002;");
    }

    /** It was about to delete the oldest, which its successor was about to read. */
    @Test
    void shouldReadOnWhenAFencedProgramDeletesTheOldestSegmentMeanwhile() throws Exception {
        try (WriteAheadLog old = open(1)) {
            for (int i = 0; i < 3; i++) {
                Blocks.log(old, "a", i, "a" + i);
            }
        }
        store.opening = path -> {
            if (path.endsWith("1-0000000001")) {
                store.opening = none -> {};
                try {
                    store.delete(path);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        };
        assertThat(recovered()).containsExactly("a 1 a1", "a 2 a2");
    }

    /** Its successor had just made the file; what was logged there would have been lost. */
    @Test
    void shouldDeleteNothingThatItsSuccessorBegins() throws Exception {
        try (WriteAheadLog first = open(1)) {
            Blocks.log(first, "a", 0, "a0");
        }
        store.create("wal/0000000002-0000000003").close();
        try (WriteAheadLog old = open(2)) {
            assertThat(Blocks.recovered(old)).containsExactly("a 0 a0");
        }
        assertThat(segments()).containsExactly("1-1", "2-3");
        try (WriteAheadLog next = open(4)) {
            assertThat(Blocks.recovered(next)).containsExactly("a 0 a0");
        }
        assertThat(segments()).containsExactly("1-1");
    }

    @Test
    void shouldBeginNoSegmentOnceItKnows() throws Exception {
        boolean[] fenced = {false};
        Epoch epoch = new Epoch() {
            @Override
            public CheckpointIdentity identity() {
                return FencedLogTest.identity(1);
            }

            @Override
            public void check() {
                if (fenced[0]) {
                    throw new CheckpointException("taken over");
                }
            }
        };
        try (WriteAheadLog log = Blocks.open(store, 1, epoch)) {
            Blocks.log(log, "a", 0, "a0");
            fenced[0] = true;
            assertThatThrownBy(() -> Blocks.log(log, "a", 1, "a1"))
                    .isInstanceOf(ExecutionException.class)
                    .hasRootCauseMessage("taken over");
        }
        assertThat(segments()).containsExactly("1-1");
    }
}
