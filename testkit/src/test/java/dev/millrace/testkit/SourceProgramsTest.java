/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.spi.InputSlice;
import dev.millrace.spi.PartitionedSource;
import dev.millrace.spi.Source;
import dev.millrace.streaming.BatchTime;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract of sources finds those that break it, and no others. */
class SourceProgramsTest {
    @TempDir
    Path directory;

    /** The entries of a list, by their numbers. */
    private static final class Listed implements SourceUnderTest<String>, Source<String> {
        private final List<String> entries = new ArrayList<>();
        private final boolean forgets;
        private final boolean changes;

        Listed(boolean forgets, boolean changes) {
            this.forgets = forgets;
            this.changes = changes;
        }

        @Override
        public Source<String> open() {
            return this;
        }

        @Override
        public void add(List<String> texts) {
            entries.addAll(texts);
        }

        @Override
        public String text(String record) {
            return record;
        }

        @Override
        public String description() {
            return "a list";
        }

        @Override
        public boolean isOwn(Map<Object, Object> position) {
            return position.containsKey("next");
        }

        @Override
        public Cursor<String> open(@Nullable Map<Object, Object> position) {
            long begin = position == null || forgets ? 0 : (long) position.getOrDefault("next", 0L);
            return new Cursor<>() {
                private long next = begin;

                @Override
                public InputSlice next(BatchTime batch) {
                    long from = next;
                    next = entries.size();
                    return from == next
                            ? InputSlice.EMPTY
                            : new InputSlice(next - from, "", List.of(from, next), Map.of("next", next));
                }

                @Override
                public PartitionedSource<String> read(InputSlice slice) {
                    long until =
                            changes ? entries.size() : (long) slice.content().get(1);
                    return new Part(List.copyOf(
                            entries.subList((int) (long) slice.content().get(0), (int) until)));
                }

                @Override
                public void close() {}
            };
        }
    }

    private record Part(List<String> records) implements PartitionedSource<String> {
        @Override
        public int partitions() {
            return 1;
        }

        @Override
        public Iterator<String> read(int partition) {
            return records.iterator();
        }
    }

    private SourcePrograms<String> programs(Listed subject) {
        return new SourcePrograms<>(subject, SourcePrograms.EMBEDDED, directory.resolve("checkpoint"));
    }

    @Test
    void shouldFindASourceThatForgetsWhereItWas() {
        assertThatThrownBy(() -> programs(new Listed(true, false)).readWithCrash(null))
                .hasMessageContaining("of the records that were added the batches should have each once");
    }

    @Test
    void shouldFindASourceWhoseSliceGrows() {
        assertThatThrownBy(() -> programs(new Listed(false, true)).readWithCrash(CrashSite.parse("STEPS_RUN#1")))
                .hasMessageContaining("of the records that were added the batches should have each once");
    }

    @Nested
    @Tag("full")
    class OfAList extends SourceContractTest<String> {
        @Override
        protected SourceUnderTest<String> underTest(Path place) {
            return new Listed(false, false);
        }
    }
}
