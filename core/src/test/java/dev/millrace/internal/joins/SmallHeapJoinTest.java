/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.joins;

import dev.millrace.ChildJvm;
import dev.millrace.MillraceConf;
import dev.millrace.MillraceContext;
import dev.millrace.Tuple2;
import dev.millrace.rdd.PairRDD;
import dev.millrace.spi.PartitionedSource;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Joins of a million rows in a heap that has room for less than half of them. */
@Tag("full")
class SmallHeapJoinTest {
    private static final int ROWS = 1_000_000;
    private static final String TEXT = "x".repeat(300);

    @TempDir
    private Path directory;

    private void run(String program) throws Exception {
        ChildJvm.run(SmallHeapJoinTest.class, "-Xmx256m", directory.resolve("log"), program, directory.toString());
    }

    @Test
    void shouldJoinOneKeyWithAMillionRowsOnTheLeft() throws Exception {
        run("left");
    }

    @Test
    void shouldJoinOneKeyWithAMillionRowsOnTheRight() throws Exception {
        run("right");
    }

    @Test
    void shouldJoinAMillionKeys() throws Exception {
        run("keys");
    }

    /** So many rows, which are made while they are read. */
    private record Numbers(int rows) implements PartitionedSource<Integer> {
        @Override
        public int partitions() {
            return 4;
        }

        @Override
        public Iterator<Integer> read(int partition) {
            return IntStream.range(partition * (rows / 4), (partition + 1) * (rows / 4))
                    .iterator();
        }
    }

    public static void main(String[] args) {
        try (MillraceContext context = new MillraceContext(
                new MillraceConf().setMaster("local[2]").set("millrace.memory.spillDirectory", args[1]))) {
            PairRDD<String, String> few =
                    context.parallelizePairs(List.of(Tuple2.of("key", "a"), Tuple2.of("key", "b")));
            PairRDD<String, String> one =
                    context.from(new Numbers(ROWS)).mapToPair(number -> Tuple2.of("key", number + TEXT));
            PairRDD<String, String> many =
                    context.from(new Numbers(ROWS)).mapToPair(number -> Tuple2.of("key " + number, number + TEXT));
            long joined = switch (args[0]) {
                case "left" -> one.join(few).count();
                case "right" -> few.join(one).count();
                default -> many.join(many.mapValues(text -> text.length())).count();
            };
            long expected = args[0].equals("keys") ? ROWS : 2 * ROWS;
            if (joined != expected) {
                throw new AssertionError(joined + " rows, expected " + expected);
            }
        }
    }
}
