/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.Tuple2;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.joins.JoinKind;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.memory.MemoryBudget;
import dev.millrace.internal.memory.MemorySpace;
import dev.millrace.internal.memory.SpillDirectory;
import dev.millrace.streaming.BatchTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Contents of windows give the same, in the same order, in memory, on disk, and on their way from one to the other. */
class WindowOnDiskTest {
    private static final Operator OPERATOR = new Operator("reduceByKeyAndWindow", "Program.java:7");
    private static final Room ENOUGH = bytes -> true;

    @TempDir
    private Path parent;

    private MemoryBudget budget = new MemoryBudget(0);
    private MemorySpace space = new MemorySpace(budget, new SpillDirectory(Path.of(".")), ValueCodec::builtIn);

    @BeforeEach
    void open() {
        open(0);
    }

    private void open(long bytes) {
        budget = new MemoryBudget(bytes);
        space = new MemorySpace(budget, new SpillDirectory(parent), ValueCodec::builtIn);
    }

    @AfterEach
    void shouldLeaveNothing() throws IOException {
        assertThat(files()).isEmpty();
        assertThat(budget.used()).isZero();
        space.close();
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> found = Files.walk(parent)) {
            return found.filter(Files::isRegularFile)
                    .filter(path -> !path.toString().endsWith(".lock"))
                    .toList();
        }
    }

    private static BatchTime at(long number) {
        return new BatchTime(100 * number);
    }

    /** A kind of window, and a random stream for it. */
    private record Kind<V, P, T>(
            WindowShape shape,
            int kept,
            Supplier<Contents<P, T>> open,
            Function<Random, V> value,
            Function<List<WindowContents.Pane<Integer, V>>, P> panes) {

        P panes(List<WindowContents.Pane<Integer, V>> all, long to) {
            return panes.apply(all.stream()
                    .filter(pane -> pane.time().milliseconds() > 100 * (to - kept)
                            && pane.time().milliseconds() <= 100 * to)
                    .toList());
        }
    }

    private static Kind<Double, List<WindowContents.Pane<Integer, Double>>, Tuple2<Integer, Double>> folded(
            WindowShape shape) {
        return new Kind<>(
                shape,
                shape.length(),
                () -> new FoldedWindow<>(OPERATOR, Double::sum, shape),
                random -> random.nextDouble() * Math.pow(10, random.nextInt(10)),
                panes -> panes);
    }

    private static Kind<Integer, List<WindowContents.Pane<Integer, Integer>>, Tuple2<Integer, Integer>> inverted(
            WindowShape shape, boolean failing) {
        return new Kind<>(
                shape,
                shape.length() + shape.slide(),
                () -> new InvertedWindow<>(
                        OPERATOR,
                        Integer::sum,
                        new Inverse<>(OPERATOR, (a, b) -> {
                            if (failing && b % 100 == 7) {
                                throw new IllegalStateException("on purpose");
                            }
                            return a - b;
                        }),
                        shape),
                random -> random.nextInt(1000),
                panes -> panes);
    }

    private static Kind<List<String>, List<WindowContents.Pane<Integer, List<String>>>, Tuple2<Integer, List<String>>>
            grouped(WindowShape shape) {
        return new Kind<>(
                shape,
                shape.length(),
                () -> new GroupedWindow<>(shape),
                random -> List.of("a" + random.nextInt(100), "b"),
                panes -> panes);
    }

    private static Kind<Object, JoinedWindows.Sides<Integer>, Object> joined(WindowShape shape, Random random) {
        JoinKind kind = JoinKind.values()[random.nextInt(4)];
        int right = 1 + random.nextInt(shape.length());
        return new Kind<>(
                shape,
                shape.length(),
                () -> new JoinedWindows<>(OPERATOR, kind, 100L * shape.length(), 100L * right),
                of -> of.nextInt(10) == 0 ? null : "value " + of.nextInt(1000),
                panes -> new JoinedWindows.Sides<>(panes, rights(panes, right, kind.ordinal())));
    }

    /** Of the last panes every second record, by the parity of its key, or all. */
    private static List<WindowContents.Pane<Integer, Object>> rights(
            List<WindowContents.Pane<Integer, Object>> panes, int length, int parity) {
        if (panes.isEmpty()) {
            return panes;
        }
        long newest = panes.get(panes.size() - 1).time().milliseconds();
        return panes.stream()
                .filter(pane -> pane.time().milliseconds() > newest - 100L * length)
                .map(pane -> {
                    List<Tuple2<Integer, Object>> rows = new ArrayList<>();
                    pane.records().get().forEachRemaining(row -> {
                        if (parity > 1 || row._1() % 2 == parity) {
                            rows.add(new Tuple2<>(row._1(), "right " + row._2()));
                        }
                    });
                    return new WindowContents.Pane<>(pane.time(), rows::iterator);
                })
                .toList();
    }

    private static <V> List<WindowContents.Pane<Integer, V>> stream(
            Random random, int until, long first, boolean several, Function<Random, V> value) {
        List<WindowContents.Pane<Integer, V>> panes = new ArrayList<>();
        for (int number = 1; number <= until; number++) {
            if (random.nextInt(8) == 0) {
                number += random.nextInt(4); // batches that never were
                continue;
            }
            int many = random.nextInt(20) == 0 ? 40 : 1;
            List<Tuple2<Integer, V>> records = new ArrayList<>();
            for (int i = random.nextInt(12) * many; i > 0; i--) {
                int key = random.nextInt(15 * many);
                if (several || records.stream().noneMatch(record -> record._1() == key)) {
                    records.add(new Tuple2<>(key, value.apply(random)));
                }
            }
            panes.add(new WindowContents.Pane<>(at(first + number), records::iterator));
        }
        return panes;
    }

    private Kind<?, ?, ?> kind(int number, WindowShape shape, Random random) {
        return switch (number) {
            case 0 -> folded(shape);
            case 1 -> inverted(shape, random.nextInt(4) == 0);
            case 2 -> grouped(shape);
            default -> joined(shape, random);
        };
    }

    private interface Slide<P, T> {
        void slide(long to, P panes, Consumer<T> sink) throws IOException;
    }

    /** Has a stream slid, and compares each slide with one that is made anew in memory. */
    private <V, P, T> void compare(long seed, Random random, Kind<V, P, T> kind, Slide<P, T> tested)
            throws IOException {
        WindowShape shape = kind.shape();
        long first = random.nextBoolean() ? 0 : (1L << 32) - 30;
        List<WindowContents.Pane<Integer, V>> panes =
                stream(random, Math.max(60, 2 * shape.length()), first, random.nextBoolean(), kind.value());
        for (WindowContents.Pane<Integer, V> newest : panes) {
            long to = newest.time().milliseconds() / 100;
            if ((to - first) % shape.slide() == 0) {
                P given = kind.panes(panes, to);
                List<T> expected = new ArrayList<>();
                kind.open().get().slide(at(to), given, ENOUGH, expected::add);
                List<T> found = new ArrayList<>();
                tested.slide(to, given, found::add);
                assertThat(found).as("seed %d, %s, pane %d", seed, shape, to).isEqualTo(expected);
            }
        }
    }

    private <V, P, T> void onDisk(long seed, Random random, Kind<V, P, T> kind) throws IOException {
        try (Contents.OnDisk<P, T> disk = kind.open().get().onDisk(space)) {
            compare(seed, random, kind, (to, panes, sink) -> {
                disk.slide(at(to), panes, ENOUGH, sink);
                assertThat(files()).hasSizeLessThanOrEqualTo(2 * kind.shape().length() + 2);
            });
            assertThat(disk.isStuck()).isFalse();
        }
    }

    @Test
    void shouldGiveOnDiskWhatItGivesInMemory() throws IOException {
        for (long seed = 0; seed < 40; seed++) {
            Random random = new Random(seed);
            int length = random.nextInt(20) == 0 ? 50 + random.nextInt(100) : 1 + random.nextInt(9);
            WindowShape shape = new WindowShape(100, length, 1 + random.nextInt(4));
            onDisk(seed, random, kind((int) (seed % 4), shape, random));
        }
    }

    /** Memory is now short and now plentiful, others take it away, attempts fail, and batches are rolled back. */
    private <V, P, T> void moving(long seed, Random random, Kind<V, P, T> kind, int[] moves) throws IOException {
        SlidingTable<P, T> table = new SlidingTable<>(OPERATOR, kind.open(), space);
        compare(seed, random, kind, (to, panes, sink) -> {
            switch (random.nextInt(8)) {
                case 0 -> moves[0] += table.spill() > 0 ? 1 : 0;
                case 1 -> table.rolledBack();
                case 2 -> moves[1] += fail(table, to, panes);
                default -> {}
            }
            table.slide(at(to), panes, sink);
            moves[2] += files().isEmpty() ? 0 : 1;
        });
        table.close();
        assertThat(files()).isEmpty();
        assertThat(budget.used()).isZero();
    }

    private static <P, T> int fail(SlidingTable<P, T> table, long to, P panes) {
        try {
            table.slide(at(to), panes, record -> {
                throw new IllegalStateException("on purpose");
            });
            return 0; // it had nothing to give
        } catch (IllegalStateException e) {
            return 1;
        }
    }

    @Test
    void shouldGiveTheSameWhereverItMoves() throws IOException {
        int[] moves = new int[3];
        for (long seed = 0; seed < 40; seed++) {
            Random random = new Random(seed);
            open(new long[] {0, 5_000, 20_000, 1 << 20}[random.nextInt(4)]);
            WindowShape shape = new WindowShape(100, 1 + random.nextInt(9), 1 + random.nextInt(2));
            moving(seed, random, kind((int) (seed % 4), shape, random), moves);
            space.close();
        }
        System.out.println("contents of windows: spilled " + moves[0] + " times, failed " + moves[1]
                + ", on disk after " + moves[2] + " slides");
        assertThat(Arrays.stream(moves).min().orElseThrow()).isGreaterThan(20);
    }

    private static List<WindowContents.Pane<Integer, Integer>> numbers(long until, int keys) {
        List<WindowContents.Pane<Integer, Integer>> panes = new ArrayList<>();
        for (long number = Math.max(1, until - 2); number <= until; number++) {
            panes.add(new WindowContents.Pane<>(
                    at(number),
                    () -> Stream.iterate(0, key -> key + 1)
                            .limit(keys)
                            .map(key -> Tuple2.of(key, 1))
                            .iterator()));
        }
        return panes;
    }

    @Test
    void shouldComeBackIntoMemoryWhenThereHasBeenRoomForAWhile() throws IOException {
        open(1 << 20);
        SlidingTable<List<WindowContents.Pane<Integer, Integer>>, Tuple2<Integer, Integer>> table = new SlidingTable<>(
                OPERATOR, () -> new FoldedWindow<>(OPERATOR, Integer::sum, new WindowShape(100, 3, 1)), space);
        List<Integer> onDisk = new ArrayList<>();
        budget.acquireAnyway(1 << 20); // of somebody else
        for (int number = 1; number <= 60; number++) {
            if (number == 20) {
                budget.release(1 << 20);
            }
            table.slide(at(number), numbers(number, 100), record -> {});
            if (!files().isEmpty()) {
                onDisk.add(number);
            }
        }
        assertThat(onDisk).hasSizeBetween(18, 40).startsWith(2, 3).contains(19, 20);
        assertThat(budget.used()).isGreaterThan(10_000);
        table.close();
    }

    record Undeclared(int number) {}

    @Test
    void shouldStayInMemoryIfTheCodecDoesNotKnowItsTypes() throws IOException {
        SlidingTable<List<WindowContents.Pane<Integer, Object>>, Tuple2<Integer, Object>> table = new SlidingTable<>(
                OPERATOR, () -> new FoldedWindow<>(OPERATOR, (a, b) -> b, new WindowShape(100, 2, 1)), space);
        for (int number = 1; number <= 5; number++) {
            Object value = new Undeclared(number);
            List<Tuple2<Integer, Object>> given = new ArrayList<>();
            table.slide(
                    at(number),
                    List.of(new WindowContents.Pane<>(
                            at(number),
                            () -> Stream.iterate(0, key -> key + 1)
                                    .limit(100)
                                    .map(key -> Tuple2.of(key, value))
                                    .iterator())),
                    given::add);
            assertThat(given).hasSize(100).allMatch(pair -> pair._2() == value);
        }
        assertThat(table.spill()).isZero();
        assertThat(budget.used()).isGreaterThan(10_000);
        table.close();
    }

    @Test
    void shouldSayWhichFunctionFailedOnDisk() {
        WindowShape shape = new WindowShape(100, 3, 1);
        boolean[] fails = {false};
        SlidingTable<List<WindowContents.Pane<Integer, Integer>>, Tuple2<Integer, Integer>> table = new SlidingTable<>(
                OPERATOR,
                () -> new FoldedWindow<>(
                        OPERATOR,
                        (a, b) -> {
                            if (fails[0]) {
                                throw new IllegalStateException("failed on order");
                            }
                            return a + b;
                        },
                        shape),
                space);
        table.slide(at(1), numbers(1, 100), pair -> {});
        fails[0] = true;
        assertThatThrownBy(() -> table.slide(at(2), numbers(2, 100), pair -> {}))
                .hasMessage("the function given to reduceByKeyAndWindow at Program.java:7 threw"
                        + " java.lang.IllegalStateException: failed on order; correct the function, or filter out"
                        + " the records that it cannot take");
        fails[0] = false;
        List<Tuple2<Integer, Integer>> given = new ArrayList<>();
        table.slide(at(2), numbers(2, 100), given::add);
        assertThat(given).hasSize(100).allMatch(pair -> pair._2() == 2);
        table.close();
    }
}
