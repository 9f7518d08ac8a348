/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.benchmarks;

import dev.millrace.streaming.State;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * The cost of a state by its kind: the same sums as a Long, as an immutable record, as a bean that is changed in place, and
 * as a map of ten entries that is changed in place, by programs in one process, in turn, some batches each.
 */
public final class KindsOfState {
    private static final int ROUND = 20;
    private static final int ENTRIES = 10;

    private KindsOfState() {}

    private record Sum(long count, long total, String last) {}

    private static final class Bean {
        private long count;
        private long total;
        private String last = "";
    }

    private static final class Entries {
        private List<Long> totals = new ArrayList<>(Collections.nCopies(ENTRIES, 0L));
    }

    private static void add(State<Bean> state, long value) {
        if (!state.exists()) {
            state.update(new Bean());
        }
        Bean bean = state.get();
        bean.count++;
        bean.total += value;
        bean.last = "value";
    }

    private static void addToEntry(State<Entries> state, long value) {
        if (!state.exists()) {
            state.update(new Entries());
        }
        state.get().totals.set((int) (value % ENTRIES), value);
    }

    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 4 || !List.of("plain", "durable").contains(arguments[3])) {
            System.err.println("usage: KindsOfState KEYS UPDATES ROUNDS plain|durable");
            System.exit(2);
        }
        long keys = Long.parseLong(arguments[0]);
        long updates = Long.parseLong(arguments[1]);
        int rounds = Integer.parseInt(arguments[2]);
        boolean durable = arguments[3].equals("durable");
        Keys<String, Long> source = new Keys<>(keys, updates, number -> "key-" + number, number -> number);
        List<String> names = List.of("Long", "record", "bean", "bean of ten entries");
        List<Path> checkpoints = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            checkpoints.add(TemporaryFiles.newDirectory());
        }
        Path none = null;
        try (Totals<String, Long> longs = new Totals<>(
                        source,
                        Long.class,
                        durable ? checkpoints.get(0) : none,
                        (state, value) -> state.update(state.orElse(0L) + value));
                Totals<String, Long> records =
                        new Totals<>(source, Sum.class, durable ? checkpoints.get(1) : none, (state, value) -> {
                            Sum before = state.orElse(new Sum(0, 0, ""));
                            state.update(new Sum(before.count() + 1, before.total() + value, "value"));
                        });
                Totals<String, Long> beans =
                        new Totals<>(source, Bean.class, durable ? checkpoints.get(2) : none, KindsOfState::add);
                Totals<String, Long> entries = new Totals<>(
                        source, Entries.class, durable ? checkpoints.get(3) : none, KindsOfState::addToEntry)) {
            report(names, List.of(longs, records, beans, entries), (int) (keys / updates), rounds, updates);
        } finally {
            for (Path checkpoint : checkpoints) {
                TemporaryFiles.delete(checkpoint);
            }
        }
    }

    private static void report(
            List<String> names, List<Totals<String, Long>> programs, int loading, int rounds, long updates) {
        List<Figures> figures = new ArrayList<>();
        for (Totals<String, Long> program : programs) {
            program.run(loading + ROUND);
            figures.add(new Figures());
        }
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < programs.size(); i++) {
                for (int batch = 0; batch < ROUND; batch++) {
                    figures.get(i).add(programs.get(i).run(1));
                }
                Folding.await();
            }
        }
        double first = figures.get(0).median();
        for (int i = 0; i < names.size(); i++) {
            double median = figures.get(i).median();
            System.out.printf(
                    Locale.ROOT,
                    "%-20s median %7.2f ms  %.2f of Long  %+.2f us a call%n",
                    names.get(i),
                    median,
                    median / first,
                    (median - first) * 1000 / updates);
        }
    }
}
