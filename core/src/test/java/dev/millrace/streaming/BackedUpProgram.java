/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import dev.millrace.Programs;
import dev.millrace.Tuple2;
import dev.millrace.rdd.StorageLevel;
import dev.millrace.streaming.receiver.Receiver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A program with whatever a checkpoint keeps: a queue, a receiver with its log, a state, a window, files, rows that wait in files, and records
 * that are put aside. It folds after each batch. Its output of a batch depends on all batches before.
 */
final class BackedUpProgram {
    private static final int MOST_BATCHES = 400;

    private final Path home;
    private final MemoryTable table;

    /** @param table outlives its programs */
    BackedUpProgram(Path home, MemoryTable table) {
        this.home = home;
        this.table = table;
    }

    BackedUpProgram(Path home) {
        this(home, new MemoryTable());
    }

    Path checkpoint() {
        return home.resolve("checkpoint");
    }

    Path out() {
        return home.resolve("out");
    }

    /** A program that runs. */
    static final class Run implements AutoCloseable {
        private final StreamingContext ssc;
        private final ByHand numbers = new ByHand();
        private int next;

        private Run(StreamingContext ssc) {
            this.ssc = ssc;
        }

        /** Runs a batch; the receiver has stored its number then, and in a second block. */
        void batch() {
            begin();
            if (numbers.<Integer>lastDurablePosition().orElse(0) < next) { // else its log has it already
                numbers.store(List.of("r" + next), next);
            }
            ssc.runBatches(1);
            next++;
        }

        /** Starts, if it has not; batches that are to run again run. */
        private void begin() {
            if (next == 0) {
                ssc.runBatches(0);
                numbers.awaitStart();
                next = 1
                        + ssc.lastBatchTime()
                                .map(time -> (int) (time.milliseconds() / 1000))
                                .orElse(0);
            }
        }

        void batches(int count) {
            for (int i = 0; i < count; i++) {
                batch();
            }
        }

        /** Runs batches up to the one of a number. */
        void until(int batch) {
            begin();
            while (next <= batch) {
                batch();
            }
        }

        @Override
        public void close() {
            ssc.close();
        }
    }

    private static final class ByHand extends Receiver<String> {
        private static final long serialVersionUID = 1;

        private final transient CountDownLatch started = new CountDownLatch(1);

        ByHand() {
            super(StorageLevel.MEMORY_AND_DISK_SER());
        }

        @Override
        public void onStart() {
            started.countDown();
        }

        void awaitStart() {
            try {
                assertThat(started.await(30, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void onStop() {}
    }

    private static List<List<String>> words() {
        List<List<String>> words = new ArrayList<>();
        for (int batch = 1; batch <= MOST_BATCHES; batch++) {
            words.add(List.of("k" + batch % 7, "k" + batch % 3, batch % 4 == 0 ? "bad" : "n" + batch));
        }
        return words;
    }

    private static String checked(String word) {
        if (word.equals("bad")) {
            throw new IllegalArgumentException("nobody takes " + word);
        }
        return word;
    }

    /** @param settings pairs of a key and a value */
    StreamingContext context(Run[] into, String... settings) {
        MillraceConf conf = new MillraceConf()
                .set("millrace.streaming.checkpoint.retainedBatches", "0")
                .set("millrace.streaming.checkpoint.snapshotBytes", "1")
                .set("millrace.streaming.checkpoint.rowBytesInDecision", "1")
                .set("millrace.streaming.blockInterval", "1h");
        for (int i = 0; i < settings.length; i += 2) {
            conf.set(settings[i], settings[i + 1]);
        }
        StreamingContext ssc = Programs.local(conf);
        ssc.checkpoint(checkpoint().toString());
        Run run = new Run(ssc);
        into[0] = run;
        DStream<String> words = Programs.batches(ssc, words())
                .named("words")
                .map(BackedUpProgram::checked)
                .named("checked")
                .onError(ErrorPolicy.quarantine());
        DStream<String> all = words.union(ssc.receiverStream(run.numbers).named("numbers"));
        all.mapToPair(word -> Tuple2.of(word, 1))
                .updateStateByKey(
                        StateType.of("totals", Integer.class),
                        (ones, total) -> Optional.of(ones.size() + total.orElse(0)))
                .map(total -> total._1() + "=" + total._2())
                .to(StreamingContext.textFiles(out().toString()))
                .named("files");
        all.mapToPair(word -> Tuple2.of(word, 1))
                .reduceByKeyAndWindow(Integer::sum, (sum, one) -> sum - one, Durations.seconds(3))
                .named("recent")
                .map(pair -> (Object) pair)
                .to(table)
                .named("table");
        return ssc;
    }

    Run start(String... settings) {
        Run[] run = new Run[1];
        context(run, settings);
        return run[0];
    }

    /** Runs batches up to the one of a number, and ends. */
    BackedUpProgram runUntil(int batch, String... settings) {
        try (Run run = start(settings)) {
            run.until(batch);
        }
        return this;
    }

    /** All that is published, by output and batch. */
    SortedMap<String, List<String>> published() throws IOException {
        SortedMap<String, List<String>> published = new TreeMap<>();
        table.byBatch().forEach((time, rows) -> published.put("table of " + time, rows));
        if (Files.exists(out())) {
            try (Stream<Path> parts = Files.walk(out())) {
                for (Path part : parts.filter(
                                path -> path.getFileName().toString().startsWith("part-"))
                        .sorted()
                        .toList()) {
                    String batch = part.getParent().getFileName().toString();
                    published
                            .computeIfAbsent("files of " + batch, key -> new ArrayList<>())
                            .addAll(Files.readAllLines(part));
                }
            }
        }
        published.keySet().removeIf(name -> name.contains(".staging"));
        return published;
    }

    /** The output published of batches after one. */
    static SortedMap<String, List<String>> after(SortedMap<String, List<String>> published, long batch) {
        SortedMap<String, List<String>> after = new TreeMap<>(published);
        after.keySet().removeIf(name -> Long.parseLong(name.replaceAll(".*\\D", "")) <= batch);
        return after;
    }

    static SortedMap<String, List<String>> until(SortedMap<String, List<String>> published, long batch) {
        SortedMap<String, List<String>> until = new TreeMap<>(published);
        until.keySet().removeAll(after(published, batch).keySet());
        return until;
    }

    static void delete(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
