/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.millrace.Tuple2;
import dev.millrace.function.Function2;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.streaming.BatchTime;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class WindowContentsTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final Operator OPERATOR = new Operator("reduceByKeyAndWindow", "Program.java:7");
    private static final Function2<Integer, Integer, Integer> SUM = Integer::sum;
    private static final Function2<Integer, Integer, Integer> DIFFERENCE = (a, b) -> a - b;

    private static BatchTime at(long number) {
        return new BatchTime(100 * number);
    }

    private static <V> WindowContents.Pane<Integer, V> pane(long number, Map<Integer, V> pairs) {
        List<Tuple2<Integer, V>> records = new ArrayList<>();
        pairs.forEach((key, value) -> records.add(Tuple2.of(key, value)));
        return new WindowContents.Pane<>(at(number), records::iterator);
    }

    private static <V> List<Tuple2<Integer, V>> slide(
            WindowContents<Integer, V, V> contents, long to, List<WindowContents.Pane<Integer, V>> panes, int kept) {
        List<WindowContents.Pane<Integer, V>> held = panes.stream()
                .filter(pane -> pane.time().milliseconds() > 100 * (to - kept)
                        && pane.time().milliseconds() <= 100 * to)
                .toList();
        List<Tuple2<Integer, V>> result = new ArrayList<>();
        contents.slide(at(to), held, bytes -> true, result::add);
        return result;
    }

    /** A random stream: keys come and go, few or in a burst; batches are empty, or never were. */
    private static List<WindowContents.Pane<Integer, Integer>> stream(Random random, int until, long first) {
        List<WindowContents.Pane<Integer, Integer>> panes = new ArrayList<>();
        for (int number = 1; number <= until; number++) {
            if (random.nextInt(8) == 0) {
                number += random.nextInt(4);
                continue;
            }
            int many = random.nextInt(20) == 0 ? 40 : 1;
            Map<Integer, Integer> pairs = new LinkedHashMap<>();
            for (int i = random.nextInt(12) * many; i > 0; i--) {
                pairs.put(random.nextInt(15 * many), random.nextInt(1000));
            }
            panes.add(pane(first + number, pairs));
        }
        return panes;
    }

    /** Each form kept from slide to slide, the same made anew, and with an inverse: all the same, in the same order. */
    @Test
    void shouldGiveTheSameInTheSameOrderHoweverItIsKept() {
        for (long seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            WindowShape shape = new WindowShape(100, 1 + random.nextInt(9), 1 + random.nextInt(4));
            long first = random.nextBoolean() ? 0 : (1L << 32) - 30; // numbers wrap around as ints
            List<WindowContents.Pane<Integer, Integer>> panes = stream(random, 60, first);
            WindowContents<Integer, Integer, Integer> folded = new FoldedWindow<>(OPERATOR, SUM, shape);
            WindowContents<Integer, Integer, Integer> inverted =
                    new InvertedWindow<>(OPERATOR, SUM, new Inverse<>(OPERATOR, DIFFERENCE), shape);
            for (WindowContents.Pane<Integer, Integer> newest : panes) {
                long to = newest.time().milliseconds() / 100;
                if ((to - first) % shape.slide() == 0) {
                    List<Tuple2<Integer, Integer>> expected = slide(
                            new InvertedWindow<>(OPERATOR, SUM, new Inverse<>(OPERATOR, DIFFERENCE), shape),
                            to,
                            panes,
                            shape.length());
                    assertThat(slide(folded, to, panes, shape.length()))
                            .as("seed %d, pane %d", seed, to)
                            .isEqualTo(expected);
                    assertThat(slide(inverted, to, panes, shape.length() + shape.slide()))
                            .as("seed %d, pane %d", seed, to)
                            .isEqualTo(expected);
                }
            }
        }
    }

    /** Sums of doubles depend on how they are bracketed; the brackets follow from the panes, not from history. */
    @Test
    void shouldGiveTheSameDoublesWhenBuiltAgain() {
        WindowShape shape = new WindowShape(100, 7, 1);
        Random random = new Random(1);
        List<WindowContents.Pane<Integer, Double>> panes = new ArrayList<>();
        WindowContents<Integer, Double, Double> kept = new FoldedWindow<>(OPERATOR, Double::sum, shape);
        for (int number = 1; number <= 50; number++) {
            Map<Integer, Double> pairs = new LinkedHashMap<>();
            for (int key = 0; key < 20; key++) {
                pairs.put(key, random.nextDouble() * Math.pow(10, random.nextInt(10)));
            }
            panes.add(pane(number, pairs));
            assertThat(slide(kept, number, panes, 7))
                    .isEqualTo(slide(new FoldedWindow<>(OPERATOR, Double::sum, shape), number, panes, 7));
        }
    }

    @Test
    void shouldBeBuiltAgainWhenASlideFailed() {
        boolean[] fails = {false};
        Function2<Integer, Integer, Integer> merge = (a, b) -> {
            if (fails[0] && b == 30) {
                throw new IllegalStateException("failed on order");
            }
            return a + b;
        };
        WindowShape shape = new WindowShape(100, 3, 1);
        for (WindowContents<Integer, Integer, Integer> contents : List.of(
                new FoldedWindow<Integer, Integer>(OPERATOR, merge, shape),
                new InvertedWindow<Integer, Integer>(OPERATOR, merge, new Inverse<>(OPERATOR, DIFFERENCE), shape))) {
            int kept = contents instanceof InvertedWindow ? 4 : 3;
            List<WindowContents.Pane<Integer, Integer>> panes = new ArrayList<>();
            panes.add(pane(1, Map.of(1, 1)));
            slide(contents, 1, panes, kept);
            panes.add(pane(2, Map.of(1, 30)));
            fails[0] = true;
            assertThatThrownBy(() -> slide(contents, 2, panes, kept))
                    .hasMessage("the function given to reduceByKeyAndWindow at Program.java:7 threw"
                            + " java.lang.IllegalStateException: failed on order; correct the function, or filter out"
                            + " the records that it cannot take");
            fails[0] = false;
            assertThat(slide(contents, 2, panes, kept)).containsExactly(Tuple2.of(1, 31));
            panes.add(pane(3, Map.of()));
            panes.add(pane(4, Map.of(2, 5)));
            assertThat(slide(contents, 3, panes, kept)).containsExactly(Tuple2.of(1, 31));
            assertThat(slide(contents, 4, panes, kept)).containsExactly(Tuple2.of(1, 30), Tuple2.of(2, 5));
        }
    }

    /** As those of a window of records are that has become one of keys. */
    @Test
    void shouldTakePanesThatHaveAKeySeveralTimes() {
        for (long seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            WindowShape shape = new WindowShape(100, 1 + random.nextInt(5), 1);
            WindowContents<Integer, Integer, Integer> folded = new FoldedWindow<>(OPERATOR, SUM, shape);
            List<WindowContents.Pane<Integer, Integer>> panes = new ArrayList<>();
            for (int number = 1; number <= 20; number++) {
                List<Tuple2<Integer, Integer>> records = new ArrayList<>();
                for (int i = random.nextInt(20); i > 0; i--) {
                    records.add(Tuple2.of(random.nextInt(10), random.nextInt(1000)));
                }
                panes.add(new WindowContents.Pane<>(at(number), records::iterator));
                assertThat(slide(folded, number, panes, shape.length()))
                        .as("seed %d, pane %d", seed, number)
                        .isEqualTo(slide(
                                new InvertedWindow<>(OPERATOR, SUM, new Inverse<>(OPERATOR, DIFFERENCE), shape),
                                number,
                                panes,
                                shape.length()));
            }
        }
    }

    /** A slide of the whole window replaces all that is in it. */
    @Test
    void shouldAllocateNoMoreInLaterSlidesOfManyPanes() {
        WindowShape shape = new WindowShape(100, 100, 100);
        WindowContents<Integer, Integer, Integer> folded = new FoldedWindow<>(OPERATOR, SUM, shape);
        Map<Integer, Integer> pairs = new LinkedHashMap<>();
        for (int key = 0; key < 1_000; key++) {
            pairs.put(key, 1);
        }
        List<Long> allocated = new ArrayList<>();
        List<WindowContents.Pane<Integer, Integer>> panes = new ArrayList<>();
        for (int number = 1; number <= 400; number++) {
            panes.add(pane(number, pairs));
            if (number % 100 == 0) {
                long before =
                        THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
                slide(folded, number, panes, 100);
                allocated.add(
                        THREADS.getThreadAllocatedBytes(Thread.currentThread().getId()) - before);
            }
        }
        assertThat(allocated).allMatch(bytes -> bytes <= 1.5 * allocated.get(0));
    }

    @Test
    void shouldTakeAsLittleRoomAfterABurstOfKeysAsBefore() {
        WindowShape shape = new WindowShape(100, 3, 1);
        for (WindowContents<Integer, Integer, Integer> contents : List.of(
                new FoldedWindow<Integer, Integer>(OPERATOR, SUM, shape),
                new InvertedWindow<Integer, Integer>(OPERATOR, SUM, new Inverse<>(OPERATOR, DIFFERENCE), shape))) {
            int kept = contents instanceof InvertedWindow ? 4 : 3;
            List<WindowContents.Pane<Integer, Integer>> panes = new ArrayList<>();
            long before = 0;
            for (int number = 1; number <= 20; number++) {
                Map<Integer, Integer> pairs = new LinkedHashMap<>();
                for (int key = 0; key < (number == 10 ? 100_000 : 100); key++) {
                    pairs.put(key, 1);
                }
                panes.add(pane(number, pairs));
                slide(contents, number, panes, kept);
                if (number == 9) {
                    before = contents.bytes(value -> 16);
                } else if (number == 10) {
                    assertThat(contents.bytes(value -> 16)).isGreaterThan(100 * before);
                }
            }
            assertThat(contents.bytes(value -> 16)).isLessThanOrEqualTo(2 * before);
        }
    }

    /** Panes may have gone to disk, and then only the window holds them. */
    @Test
    void shouldCountItsKeysAndValues() {
        WindowShape shape = new WindowShape(100, 3, 1);
        for (WindowContents<Integer, Integer, Integer> contents : List.of(
                new FoldedWindow<Integer, Integer>(OPERATOR, SUM, shape),
                new InvertedWindow<Integer, Integer>(OPERATOR, SUM, new Inverse<>(OPERATOR, DIFFERENCE), shape))) {
            Map<Integer, Integer> pairs = new LinkedHashMap<>();
            for (int key = 0; key < 1_000; key++) {
                pairs.put(key, 1_000_000);
            }
            slide(contents, 1, List.of(pane(1, pairs)), 3);
            long small = contents.bytes(value -> 16);
            assertThat(contents.bytes(value -> (Integer) value == 1_000_000 ? 100_000 : 3_000) - small)
                    .isBetween(1_000L * (100_000 - 24 + 3_000 - 16), 2_000L * (100_000 + 3_000));
        }
    }

    /** Merges a slide, which is what costs; with 30 times the panes it is still about three a key. */
    @Test
    void shouldMergeAsOftenInALongWindowAsInAShortOne() {
        List<Long> all = new ArrayList<>();
        List<Long> worst = new ArrayList<>();
        for (int length : new int[] {10, 30, 100, 300}) {
            long[] merges = {0};
            Function2<Integer, Integer, Integer> counting = (a, b) -> {
                merges[0]++;
                return a + b;
            };
            WindowContents<Integer, Integer, Integer> contents =
                    new FoldedWindow<>(OPERATOR, counting, new WindowShape(100, length, 1));
            Map<Integer, Integer> pairs = new LinkedHashMap<>();
            for (int key = 0; key < 1_000; key++) {
                pairs.put(key, 1);
            }
            List<WindowContents.Pane<Integer, Integer>> panes = new ArrayList<>();
            long most = 0;
            long sum = 0;
            for (int number = 1; number <= 2 * length; number++) {
                panes.add(pane(number, pairs));
                merges[0] = 0;
                contents.slide(
                        at(number), panes.subList(Math.max(0, number - length), number), bytes -> true, pair -> {});
                most = number > length ? Math.max(most, merges[0]) : most;
                sum += number > length ? merges[0] : 0;
            }
            all.add(sum / length);
            worst.add(most);
            assertThat(most).as("merges in the worst slide of %d panes", length).isLessThan(1_000 * 4);
        }
        assertThat(all).as("merges a slide").allMatch(merges -> merges <= 1.5 * all.get(0));
        assertThat(worst).as("merges in the worst slide").allMatch(merges -> merges <= 1.5 * all.get(0));
    }

    @Test
    @Tag("full")
    void shouldCostTheSameForManyPanesAsForFew() {
        WindowCost.measure(WindowCost.Form.FOLDED, 50_000, 10, 60);
        double few = WindowCost.measure(WindowCost.Form.FOLDED, 50_000, 10, 100).median();
        double many =
                WindowCost.measure(WindowCost.Form.FOLDED, 50_000, 300, 100).median();
        assertThat(many / few)
                .as("%s ms with 300 panes, %s ms with 10", many, few)
                .isLessThan(2.5);
    }
}
