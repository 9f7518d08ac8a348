/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import dev.millrace.MillraceContext;
import dev.millrace.rdd.RDD;
import dev.millrace.rdd.TaskContext;
import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.DStream;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StreamingContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A program without a checkpoint writes text files, object files and transactions alike on both engines. */
@ExtendWith(SparkHeldOpen.class)
class OutputsTest {
    private static final List<List<Integer>> BATCHES = List.of(List.of(1, 2, 3, 4, 5), List.of(), List.of(6, 7));

    @TempDir
    private Path directory;

    /** What a program has written, by batch; each partition in order, so that the engines must agree on that too. */
    private record Written(
            Map<String, List<String>> texts, Map<String, List<Row>> objects, Map<BatchTime, List<Row>> ledger) {}

    private static Row row(int number) {
        if (number == 3 && Objects.requireNonNull(TaskContext.get()).attemptNumber() == 0) {
            throw new IllegalStateException("the first attempt fails");
        }
        return Row.of(number);
    }

    private Written run(String master) throws IOException {
        Path out = Files.createTempDirectory(directory, "out");
        Ledger<Row> ledger = new Ledger<>();
        MillraceConf conf = new MillraceConf().setMaster(master).registerTypes(Row.class);
        try (StreamingContext ssc = new StreamingContext(conf, Durations.seconds(1))) {
            Queue<RDD<Integer>> queue = new ArrayDeque<>();
            BATCHES.forEach(numbers -> queue.add(ssc.millraceContext().parallelize(numbers, 2)));
            DStream<Row> rows = ssc.queueStream(queue).map(OutputsTest::row);
            rows.saveAsTextFiles(out.resolve("text").toString(), "txt");
            rows.saveAsObjectFiles(out.resolve("objects").toString());
            rows.to(ledger).named("ledger");
            ssc.runBatches(BATCHES.size());
        }
        try (MillraceContext reader = new MillraceContext(new MillraceConf().setMaster(master))) {
            Map<String, List<String>> texts = new TreeMap<>();
            Map<String, List<Row>> objects = new TreeMap<>();
            for (String batch : batches(out)) {
                String path = out.resolve(batch).toString();
                if (batch.startsWith("text")) {
                    texts.put(batch, reader.textFile(path).collect());
                } else {
                    objects.put(batch, reader.objectFile(path, Row.class).collect());
                }
            }
            return new Written(texts, objects, ledger.batches("ledger"));
        }
    }

    /** The directories of batches, without those that begin with a dot. */
    private static List<String> batches(Path out) throws IOException {
        try (Stream<Path> all = Files.list(out)) {
            return all.map(path -> path.getFileName().toString())
                    .filter(name -> !name.startsWith("."))
                    .toList();
        }
    }

    @Test
    void shouldWriteTheSameOnBothEngines() throws IOException {
        Written embedded = run("local[2]");
        assertThat(embedded.texts()).containsOnlyKeys("text-1000.txt", "text-3000.txt");
        assertThat(embedded.objects()).containsOnlyKeys("objects-1000", "objects-3000");
        assertThat(embedded.ledger()).containsOnlyKeys(BatchTime.of(1000), BatchTime.of(3000));
        assertThat(embedded.ledger().get(BatchTime.of(3000))).containsExactly(Row.of(6), Row.of(7));
        assertThat(run(SparkHeldOpen.MASTER)).isEqualTo(embedded);
    }
}
