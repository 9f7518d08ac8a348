/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.benchmarks;

import dev.millrace.MillraceConf;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StreamingContext;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Measures the cost of a batch by the number of batches in its window, every key in every batch, without an inverse
 * function: the whole batch, from the records to the counted window. The windows slide in turns, so that a machine that is
 * slow for a while is slow for all of them. Run it with {@code -Xms10g -Xmx10g} for 100,000 keys.
 */
public final class WindowSlides {
    private static final int[] PANES = {10, 30, 100, 300};

    private WindowSlides() {}

    public static void main(String[] arguments) {
        if (arguments.length != 2) {
            System.err.println("usage: WindowSlides KEYS SLIDES");
            System.exit(2);
        }
        long keys = Long.parseLong(arguments[0]);
        int slides = Integer.parseInt(arguments[1]);
        List<Program> programs =
                Arrays.stream(PANES).mapToObj(panes -> new Program(keys, panes)).toList();
        System.gc();
        for (int slide = 0; slide < slides; slide++) {
            programs.forEach(Program::slide);
        }
        double first = programs.get(0).figures.median();
        for (Program program : programs) {
            System.out.println(program.summary(first));
            program.ssc.stop(true, true);
        }
    }

    /** A window that has been filled. */
    private static final class Program {
        private final long keys;
        private final int panes;
        private final StreamingContext ssc =
                new StreamingContext(new MillraceConf().setMaster("local[2]"), Durations.seconds(1));
        private final Figures figures = new Figures();

        Program(long keys, int panes) {
            this.keys = keys;
            this.panes = panes;
            ssc.from(new Keys<String, Long>(keys, keys, number -> "key-" + number, number -> 1L))
                    .named("keys")
                    .mapToPair(pair -> pair)
                    .reduceByKeyAndWindow(Long::sum, Durations.seconds(panes))
                    .foreachRDD(rdd -> check(rdd.count(), keys))
                    .named("counted");
            ssc.runAvailable(); // nothing yet
            ssc.runBatches(panes + 2);
        }

        void slide() {
            long start = System.nanoTime();
            ssc.runBatches(1);
            figures.add(System.nanoTime() - start);
        }

        String summary(double first) {
            return String.format(
                    Locale.ROOT,
                    "%,d keys, %3d batches in the window: median %6.1f ms  p99 %6.1f ms a slide, %.2f of %d",
                    keys,
                    panes,
                    figures.median(),
                    figures.at(0.99),
                    figures.median() / first,
                    PANES[0]);
        }
    }

    private static void check(long counted, long keys) {
        if (counted != keys) {
            throw new IllegalStateException("the window has " + counted + " keys");
        }
    }
}
