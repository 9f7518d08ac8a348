/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.benchmarks;

import dev.millrace.MillraceConf;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StreamingContext;
import java.util.Locale;

/**
 * What a batch costs by the number of batches in its window, every key in every batch, without an inverse function: the
 * whole batch, from the records to the counted window. Run it with {@code -Xmx8g} for 100,000 keys.
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
        measure(keys, PANES[0], slides); // to warm up
        double first = 0;
        for (int panes : PANES) {
            Figures figures = measure(keys, panes, slides);
            first = first == 0 ? figures.median() : first;
            System.out.printf(
                    Locale.ROOT,
                    "%,d keys, %3d batches in the window: median %6.1f ms  p99 %6.1f ms a slide, %.2f of %d%n",
                    keys,
                    panes,
                    figures.median(),
                    figures.at(0.99),
                    figures.median() / first,
                    PANES[0]);
        }
    }

    private static Figures measure(long keys, int panes, int slides) {
        Figures figures = new Figures();
        StreamingContext ssc = new StreamingContext(new MillraceConf().setMaster("local[2]"), Durations.seconds(1));
        try {
            ssc.from(new Keys<String, Long>(keys, keys, number -> "key-" + number, number -> 1L))
                    .named("keys")
                    .mapToPair(pair -> pair)
                    .reduceByKeyAndWindow(Long::sum, Durations.seconds(panes))
                    .foreachRDD(rdd -> check(rdd.count(), keys))
                    .named("counted");
            ssc.runAvailable(); // nothing yet
            ssc.runBatches(panes + 2);
            System.gc();
            for (int slide = 0; slide < slides; slide++) {
                long start = System.nanoTime();
                ssc.runBatches(1);
                figures.add(System.nanoTime() - start);
            }
        } finally {
            ssc.stop(true, true);
        }
        return figures;
    }

    private static void check(long counted, long keys) {
        if (counted != keys) {
            throw new IllegalStateException("the window has " + counted + " keys");
        }
    }
}
