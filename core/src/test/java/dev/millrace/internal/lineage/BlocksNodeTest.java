/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.lineage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.internal.operators.Actions;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Blocks one after the other, cut into partitions. */
class BlocksNodeTest {
    private int reads;

    /** Numbers from one to another; an inexact block puts odd ones aside. */
    private final class Numbers implements BlocksNode.Block<Long> {
        private final long from;
        private final long until;
        private final boolean exact;

        Numbers(long from, long until, boolean exact) {
            this.from = from;
            this.until = until;
            this.exact = exact;
        }

        @Override
        public long records() {
            return until - from;
        }

        @Override
        public Iterator<Long> read(long skipped, long count) {
            reads++;
            return LongStream.range(from + skipped, from + skipped + count)
                    .filter(number -> exact || number % 2 == 0)
                    .iterator();
        }

        @Override
        public BlocksNode.Portion<Long> portion(long skipped, long count) {
            return () -> read(skipped, count);
        }

        @Override
        public boolean isExact() {
            return exact;
        }
    }

    private BlocksNode<Long> node(int partitions, boolean exact) {
        return new BlocksNode<>(
                Operator.here("test"),
                List.of(new Numbers(0, 3, exact), new Numbers(3, 3, exact), new Numbers(3, 10, exact)),
                partitions);
    }

    private static List<List<Long>> partitions(BlocksNode<Long> node) {
        List<List<Long>> all = new ArrayList<>();
        for (int i = 0; i < node.partitions(); i++) {
            all.add(Actions.toList(node.read(i)));
        }
        return all;
    }

    @Test
    void shouldCutPartitionsAcrossBlocks() {
        assertThat(partitions(node(1, true)))
                .containsExactly(LongStream.range(0, 10).boxed().toList());
        assertThat(partitions(node(3, true)))
                .containsExactly(List.of(0L, 1L, 2L, 3L), List.of(4L, 5L, 6L), List.of(7L, 8L, 9L));
    }

    @Test
    void shouldKeepToThePartitionWhenRecordsArePutAside() {
        assertThat(partitions(node(3, false))).containsExactly(List.of(0L, 2L), List.of(4L, 6L), List.of(8L));
    }

    @Test
    void shouldCountWithoutReadingWhenTheNumberIsKnown() {
        assertThat(Actions.count(node(3, true).read(0))).isEqualTo(4);
        assertThat(reads).isZero();
    }

    @Test
    void shouldCountWhatIsReadWhenRecordsMayBePutAside() {
        assertThat(Actions.count(node(1, false).read(0))).isEqualTo(5);
        assertThat(reads).isEqualTo(3 - 1); // the empty block is passed over
    }
}
