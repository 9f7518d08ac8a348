/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Measures the cost of durability for a batch: two programs in one process update the same state, one with a checkpoint
 * directory and one without, in turn, some batches each. A round begins when no snapshot is being folded, so that folding
 * is paid by the program that it belongs to.
 */
public final class DurableBatch {
    private static final int ROUND = 50;

    private DurableBatch() {}

    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 3) {
            System.err.println("usage: DurableBatch KEYS UPDATES ROUNDS");
            System.exit(2);
        }
        long keys = Long.parseLong(arguments[0]);
        long updates = Long.parseLong(arguments[1]);
        int rounds = Integer.parseInt(arguments[2]);
        Keys<String, Long> source = new Keys<>(keys, updates, number -> "key-" + number, number -> number);
        Path checkpoint = TemporaryFiles.newDirectory();
        Figures plain = new Figures();
        Figures durable = new Figures();
        try (Totals<String, Long> without = new Totals<>(source, Long.class, null);
                Totals<String, Long> with = new Totals<>(source, Long.class, checkpoint)) {
            int loading = (int) (keys / updates);
            without.run(loading + ROUND);
            with.run(loading + ROUND);
            for (int round = 0; round < rounds; round++) {
                measure(without, plain);
                measure(with, durable);
                Folding.await();
            }
        } finally {
            TemporaryFiles.delete(checkpoint);
        }
        System.out.printf(
                Locale.ROOT,
                "%,d keys, %,d updates a batch, %d batches each%n"
                        + "not durable  median %6.1f ms  p99 %6.1f ms%n"
                        + "durable      median %6.1f ms  p99 %6.1f ms%n"
                        + "ratio        median %6.2f     p99 %6.2f%n",
                keys,
                updates,
                rounds * ROUND,
                plain.median(),
                plain.at(0.99),
                durable.median(),
                durable.at(0.99),
                durable.median() / plain.median(),
                durable.at(0.99) / plain.at(0.99));
    }

    private static void measure(Totals<?, ?> program, Figures figures) {
        for (int batch = 0; batch < ROUND; batch++) {
            figures.add(program.run(1));
        }
    }
}
