/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import dev.millrace.ChildJvm;
import dev.millrace.MillraceConf;
import dev.millrace.Programs;
import dev.millrace.Tuple2;
import dev.millrace.rdd.RDD;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * One batch that changes as much as a good part of a small heap, each in child processes, one life after the other: it is
 * decided, and read again, without an array that has all of it.
 */
class LargeDecisionTest {
    private static final int LIVES = 3;

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({"state, 128, 30000", "window, 128, 50000"})
    @Tag("full")
    void shouldDecideALargeBatchInASmallHeap(String step, int heap, int records) throws Exception {
        for (int life = 1; life <= LIVES; life++) {
            ChildJvm.run(
                    LargeDecisionTest.class,
                    "-Xmx" + heap + "m",
                    directory.resolve("log"),
                    directory.resolve("checkpoint").toString(),
                    step,
                    Integer.toString(records),
                    Integer.toString(life));
        }
    }

    public static void main(String[] args) {
        int records = Integer.parseInt(args[2]);
        int life = Integer.parseInt(args[3]);
        List<Long> seen = new ArrayList<>();
        try (StreamingContext ssc = Programs.local(new MillraceConf().set("millrace.memory.budget", "24m"))) {
            ssc.checkpoint(args[0]);
            Iterator<RDD<Integer>> batches = IntStream.range(0, LIVES)
                    .mapToObj(batch -> ssc.millraceContext()
                            .parallelize(
                                    IntStream.range(0, batch == 0 ? records : 1)
                                            .boxed()
                                            .toList(),
                                    4))
                    .iterator();
            DStream<Integer> in = Programs.queued(ssc, batches).named("numbers");
            DStream<String> kept = args[1].equals("window")
                    ? in.map(LargeDecisionTest::text)
                            .window(Durations.seconds(60))
                            .named("window")
                    : in.mapToPair(number -> Tuple2.of(number, text(number)))
                            .updateStateByKey(
                                    StateType.of("texts", String.class),
                                    (values, state) -> values.isEmpty() ? state : Optional.of(values.get(0)))
                            .map(Tuple2::_2);
            kept.map(text -> (long) text.length())
                    .foreachRDD(rdd -> {
                        seen.add(rdd.reduce(Long::sum));
                    })
                    .named("sizes");
            ssc.runBatches(1);
        }
        long expected = 1000L * records + (args[1].equals("window") ? 1000L * (life - 1) : 0);
        if (!seen.equals(List.of(expected))) {
            throw new AssertionError("expected " + expected + ", seen " + seen);
        }
    }

    /** A kilobyte. */
    private static String text(int number) {
        String digits = Integer.toString(number);
        return digits + "x".repeat(1000 - digits.length());
    }
}
