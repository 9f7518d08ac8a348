/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import dev.millrace.MillraceContext;
import dev.millrace.Tuple2;
import dev.millrace.rdd.Broadcast;
import dev.millrace.rdd.LongAccumulator;
import dev.millrace.rdd.RDD;
import dev.millrace.streaming.DStream;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.PairDStream;
import dev.millrace.streaming.StreamingContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The code of docs/guide/reference-data.md. */
class ReferenceDataGuideTest {
    @TempDir
    Path directory;

    private static StreamingContext context() {
        return new StreamingContext(new MillraceConf().setMaster("local[2]"), Durations.seconds(1));
    }

    @SafeVarargs
    private static <T> DStream<T> batches(StreamingContext ssc, List<T>... batches) {
        Queue<RDD<T>> queue = new ArrayDeque<>();
        for (List<T> batch : batches) {
            queue.add(ssc.millraceContext().parallelize(batch, 2));
        }
        return ssc.queueStream(queue);
    }

    private static Map<String, Double> readRates(Path file) throws IOException {
        Map<String, Double> rates = new HashMap<>();
        for (String line : Files.readAllLines(file)) {
            rates.put(line.split(" ")[0], Double.valueOf(line.split(" ")[1]));
        }
        return rates;
    }

    @Test
    void shouldLookUpATableThatStays() throws IOException {
        Path file = Files.writeString(directory.resolve("rates"), "EUR 1.0\nCHF 1.5\n");
        List<List<Double>> seen = new ArrayList<>();
        try (StreamingContext ssc = context()) {
            DStream<Tuple2<String, Double>> payments = batches(ssc, List.of(Tuple2.of("CHF", 2.0)), List.of());
            Broadcast<Map<String, Double>> rates = ssc.millraceContext().broadcast(readRates(file));
            DStream<Double> amounts =
                    payments.map(payment -> payment._2() * rates.value().get(payment._1()));
            amounts.foreachRDD(rdd -> seen.add(rdd.collect()));
            ssc.runBatches(2);
        }
        assertThat(seen).containsExactly(List.of(3.0), List.of());
    }

    /** The rates of a file, read again when the file has changed. */
    static final class Rates {
        private final Path file;
        private FileTime changed = FileTime.fromMillis(0);
        private Broadcast<Map<String, Double>> current;

        Rates(Path file) {
            this.file = file;
        }

        Broadcast<Map<String, Double>> now(MillraceContext context) throws IOException {
            FileTime latest = Files.getLastModifiedTime(file);
            if (!latest.equals(changed)) {
                current = context.broadcast(readRates(file));
                changed = latest;
            }
            return current;
        }
    }

    @Test
    void shouldReadATableAgainWhenItHasChanged() throws IOException {
        Path file = Files.writeString(directory.resolve("rates"), "CHF 1.5\n");
        List<List<Double>> seen = new ArrayList<>();
        try (StreamingContext ssc = context()) {
            Tuple2<String, Double> payment = Tuple2.of("CHF", 2.0);
            DStream<Tuple2<String, Double>> payments = batches(ssc, List.of(payment), List.of(payment, payment));
            amountsByTheRatesOfAFile(payments, file).foreachRDD(rdd -> seen.add(rdd.collect()));
            ssc.runBatches(1);
            Files.writeString(file, "CHF 2.5\n");
            Files.setLastModifiedTime(file, FileTime.fromMillis(5000));
            ssc.runBatches(1);
        }
        assertThat(seen).containsExactly(List.of(3.0), List.of(5.0, 5.0));
    }

    private static DStream<Double> amountsByTheRatesOfAFile(DStream<Tuple2<String, Double>> payments, Path file) {
        Rates rates = new Rates(file);
        DStream<Double> amounts = payments.transform(batch -> {
            Broadcast<Map<String, Double>> table = rates.now(batch.context());
            return batch.map(payment -> payment._2() * table.value().get(payment._1()));
        });
        return amounts;
    }

    /** The words that are not counted, broadcast when a batch first asks for them. */
    static final class ExcludedWords {
        private static volatile Broadcast<List<String>> instance;

        static Broadcast<List<String>> getInstance(MillraceContext context) {
            if (instance == null) {
                synchronized (ExcludedWords.class) {
                    if (instance == null) {
                        instance = context.broadcast(List.of("the", "of", "and"));
                    }
                }
            }
            return instance;
        }
    }

    /** The number of words that were not counted. */
    static final class DroppedWords {
        private static volatile LongAccumulator instance;

        static LongAccumulator getInstance(MillraceContext context) {
            if (instance == null) {
                synchronized (DroppedWords.class) {
                    if (instance == null) {
                        instance = context.longAccumulator("DroppedWords");
                    }
                }
            }
            return instance;
        }
    }

    private static void build(StreamingContext ssc, Path checkpoint, List<String> report) {
        ssc.checkpoint(checkpoint.toString());
        PairDStream<String, Integer> counts = batches(
                        ssc, List.of("of", "the", "sea"), List.of("sea", "and"), List.of("of"))
                .named("words")
                .mapToPair(word -> Tuple2.of(word, 1))
                .reduceByKey(Integer::sum);
        counts.foreachRDD((rdd, time) -> {
            Broadcast<List<String>> excluded = ExcludedWords.getInstance(rdd.context());
            LongAccumulator dropped = DroppedWords.getInstance(rdd.context());
            List<Tuple2<String, Integer>> kept = rdd.filter(count -> {
                        if (excluded.value().contains(count._1())) {
                            dropped.add(count._2());
                            return false;
                        }
                        return true;
                    })
                    .collect();
            report.add(time + ": " + kept + ", dropped so far " + dropped.value());
        });
    }

    @Test
    void shouldMakeValuesWhenTheyAreFirstNeeded() {
        List<String> report = new ArrayList<>();
        for (int batches = 2; batches > 0; batches--) {
            try (StreamingContext ssc = context()) {
                build(ssc, directory.resolve("checkpoint"), report);
                ssc.runBatches(batches);
            }
        }
        assertThat(report)
                .containsExactly(
                        "1000 ms: [(sea,1)], dropped so far 2",
                        "2000 ms: [(sea,1)], dropped so far 3",
                        "3000 ms: [], dropped so far 4");
    }
}
