/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.millrace.Tuple2;
import dev.millrace.internal.joins.JoinKind;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.streaming.BatchTime;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class JoinedWindowsTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final Operator OPERATOR = new Operator("join", "Program.java:7");

    private static BatchTime at(long number) {
        return new BatchTime(100 * number);
    }

    private record Stream<K>(long every, List<WindowContents.Pane<K, Object>> panes) {
        List<WindowContents.Pane<K, Object>> window(long to, int length) {
            return panes.stream()
                    .filter(pane -> pane.time().milliseconds() <= 100 * to
                            && pane.time().milliseconds() > 100 * (to - length))
                    .toList();
        }
    }

    private static Stream<Integer> stream(Random random, int until, long every) {
        List<WindowContents.Pane<Integer, Object>> panes = new ArrayList<>();
        for (long number = every; number <= until; number += every) {
            List<Tuple2<Integer, Object>> rows = new ArrayList<>();
            for (int i = random.nextInt(5); i > 0; i--) {
                rows.add(new Tuple2<>(random.nextInt(8), number + "." + i));
            }
            panes.add(new WindowContents.Pane<>(at(number), rows::iterator));
        }
        return new Stream<>(every, panes);
    }

    private static List<Object> naive(
            JoinKind kind,
            List<WindowContents.Pane<Integer, Object>> left,
            List<WindowContents.Pane<Integer, Object>> right) {
        List<Object> pairs = new ArrayList<>();
        for (int key = 0; key < 8; key++) {
            List<Object> lefts = values(left, key);
            List<Object> rights = values(right, key);
            if (kind.gives(!lefts.isEmpty(), !rights.isEmpty())) {
                for (Object a : optional(lefts, kind == JoinKind.RIGHT_OUTER || kind == JoinKind.FULL_OUTER)) {
                    for (Object b : optional(rights, kind == JoinKind.LEFT_OUTER || kind == JoinKind.FULL_OUTER)) {
                        pairs.add(Tuple2.of(key, Tuple2.of(a, b)));
                    }
                }
            }
        }
        return pairs;
    }

    private static List<Object> values(List<WindowContents.Pane<Integer, Object>> panes, int key) {
        List<Object> values = new ArrayList<>();
        panes.forEach(pane -> pane.records().get().forEachRemaining(row -> {
            if (row._1() == key) {
                values.add(row._2());
            }
        }));
        return values;
    }

    private static List<Object> optional(List<Object> values, boolean optional) {
        if (!optional) {
            return values;
        }
        return values.isEmpty()
                ? List.of(Optional.empty())
                : values.stream().<Object>map(Optional::of).toList();
    }

    /** A join that is kept from slide to slide gives the same pairs in the same order as one that is made anew, and those of the definition. */
    @Test
    void shouldGiveTheSameInTheSameOrderAsWhenItIsMadeAnew() {
        for (long seed = 0; seed < 400; seed++) {
            Random random = new Random(seed);
            Stream<Integer> left = stream(random, 40, 1 + random.nextInt(2));
            Stream<Integer> right = stream(random, 40, 1 + random.nextInt(2));
            int slide = 2 * (1 + random.nextInt(2));
            int lengths = 1 + random.nextInt(6);
            int[] length = {2 * lengths, 2 * (1 + random.nextInt(6))};
            JoinKind kind = JoinKind.values()[random.nextInt(4)];
            JoinedWindows<Integer> kept = new JoinedWindows<>(OPERATOR, kind, 100L * length[0], 100L * length[1]);
            for (long to = slide; to <= 40; to += slide) {
                if (random.nextInt(6) == 0) {
                    continue; // a batch that never was
                }
                List<WindowContents.Pane<Integer, Object>> lefts = left.window(to, length[0]);
                List<WindowContents.Pane<Integer, Object>> rights = right.window(to, length[1]);
                List<Object> pairs = new ArrayList<>();
                kept.slide(at(to), new JoinedWindows.Sides<>(lefts, rights), bytes -> true, pairs::add);
                List<Object> anew = new ArrayList<>();
                new JoinedWindows<Integer>(OPERATOR, kind, 100L * length[0], 100L * length[1])
                        .slide(at(to), new JoinedWindows.Sides<>(lefts, rights), bytes -> true, anew::add);
                assertThat(pairs).as("seed %d, %s at %d", seed, kind, to).isEqualTo(anew);
                assertThat(pairs).containsExactlyInAnyOrderElementsOf(naive(kind, lefts, rights));
                if (random.nextInt(5) == 0) { // the same batch again
                    List<Object> again = new ArrayList<>();
                    kept.slide(at(to), new JoinedWindows.Sides<>(lefts, rights), bytes -> true, again::add);
                    assertThat(again).isEqualTo(pairs);
                }
            }
        }
    }

    @Test
    void shouldBeRightAfterASlideThatFailed() {
        Stream<Integer> rows = stream(new Random(3), 20, 1);
        JoinedWindows<Integer> kept = new JoinedWindows<>(OPERATOR, JoinKind.FULL_OUTER, 400, 700);
        List<Object> pairs = new ArrayList<>();
        kept.slide(at(9), new JoinedWindows.Sides<>(rows.window(9, 4), rows.window(9, 7)), bytes -> true, pair -> {});
        assertThatThrownBy(() -> kept.slide(
                        at(10),
                        new JoinedWindows.Sides<>(rows.window(10, 4), rows.window(10, 7)),
                        bytes -> true,
                        pair -> {
                            throw new IllegalStateException("on purpose");
                        }))
                .hasMessage("on purpose");
        kept.slide(
                at(10), new JoinedWindows.Sides<>(rows.window(10, 4), rows.window(10, 7)), bytes -> true, pairs::add);
        assertThat(pairs)
                .containsExactlyInAnyOrderElementsOf(
                        naive(JoinKind.FULL_OUTER, rows.window(10, 4), rows.window(10, 7)));
    }

    /**
     * @param rowsRead out of panes
     * @param pairs that it gave
     * @param allocated bytes
     */
    private record Slide(long rowsRead, long pairs, long allocated) {}

    /** The mean of the last hundred slides over full windows: a hundred new keys a batch on each side, of which one meets. */
    private static Slide slide(int panes) {
        long[] seen = new long[3];
        List<WindowContents.Pane<Integer, Object>> left = new ArrayList<>();
        List<WindowContents.Pane<Integer, Object>> right = new ArrayList<>();
        JoinedWindows<Integer> windows = new JoinedWindows<>(OPERATOR, JoinKind.INNER, 100L * panes, 100L * panes);
        int slides = 100;
        for (int batch = 1; batch <= panes + slides; batch++) {
            int first = 1000 * batch;
            left.add(counted(seen, batch, i -> first + i));
            right.add(counted(seen, batch, i -> i == 0 ? first : -first - i));
            if (left.size() > panes) {
                left.remove(0);
                right.remove(0);
            }
            if (batch == panes + 1) {
                Arrays.fill(seen, 0);
            }
            List<WindowContents.Pane<Integer, Object>> lefts = List.copyOf(left);
            List<WindowContents.Pane<Integer, Object>> rights = List.copyOf(right);
            long before = THREADS.getCurrentThreadAllocatedBytes();
            windows.slide(at(batch), new JoinedWindows.Sides<>(lefts, rights), bytes -> true, pair -> seen[1]++);
            seen[2] += THREADS.getCurrentThreadAllocatedBytes() - before;
        }
        return new Slide(seen[0] / slides, seen[1] / slides, seen[2] / slides);
    }

    private static WindowContents.Pane<Integer, Object> counted(long[] rows, int batch, IntUnaryOperator key) {
        return new WindowContents.Pane<>(
                at(batch),
                () -> IntStream.range(0, 100)
                        .mapToObj(i -> {
                            rows[0]++;
                            return new Tuple2<Integer, Object>(key.applyAsInt(i), i);
                        })
                        .iterator());
    }

    /** A slide over three hundred panes reads as many rows as one over ten, and does as much beside giving its pairs. */
    @Test
    void shouldCostWhatComesAndLeavesHoweverLongTheWindowsAre() {
        slide(10); // so that what is made once is there
        Slide ten = slide(10);
        Slide many = slide(300);
        assertThat(ten.rowsRead()).isEqualTo(200);
        assertThat(many.rowsRead()).isEqualTo(200);
        assertThat(ten.pairs()).isEqualTo(10);
        assertThat(many.pairs()).isEqualTo(300);
        long bytesOfPairs = 400 * (many.pairs() - ten.pairs());
        assertThat(many.allocated()).as("%s and %s", many, ten).isLessThan(2 * ten.allocated() + bytesOfPairs);
    }
}
