/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import dev.millrace.examples.QuarantinedOrders.Order;
import dev.millrace.streaming.DStream;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StreamingContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The code of docs/guide/failures.md. */
class FailuresGuideTest {
    @TempDir
    private Path directory;

    private void run(Consumer<StreamingContext> program) {
        try (StreamingContext ssc =
                new StreamingContext(new MillraceConf().setMaster("local[2]"), Durations.seconds(1))) {
            program.accept(ssc);
            ssc.runAvailable();
        }
    }

    private List<String> outputs(String output) throws IOException {
        try (Stream<Path> files = Files.walk(directory.resolve(output))) {
            return files.filter(file -> file.getFileName().toString().startsWith("part"))
                    .sorted()
                    .flatMap(file -> read(file).stream())
                    .toList();
        }
    }

    private static List<String> read(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void putLines() throws IOException {
        Files.writeString(
                Files.createDirectory(directory.resolve("in")).resolve("a.txt"), "ann 100\nbob 2.50\nann 200\n");
    }

    private void orders(StreamingContext ssc) {
        QuarantinedOrders.build(
                ssc,
                directory.resolve("in").toString(),
                directory.resolve("out").toString(),
                directory.resolve("checkpoint").toString());
    }

    @Test
    void shouldPutAsideALineAndGoOnAndBringItBackAtEachStart() throws IOException {
        putLines();
        run(this::orders);
        assertThat(outputs("out")).containsExactly("ann\t300");
        run(this::orders); // the function is as it was: the line is put aside again, in a batch of this run
        assertThat(outputs("out")).containsExactly("ann\t300");
        try (Stream<Path> files = Files.list(directory.resolve("checkpoint/quarantine"))) {
            assertThat(files).hasSize(2);
        }
    }

    /** An order whose price may have cents behind a point. */
    static Order parse(String line) {
        String[] parts = line.split(" ");
        return new Order(parts[0], Math.round(Double.parseDouble(parts[1]) * (parts[1].contains(".") ? 100 : 1)));
    }

    private static void corrected(StreamingContext ssc, String quarantine, String output) {
        DStream<Order> orders = ssc.quarantined(Path.of(quarantine), "orders", String.class)
                .named("lines again")
                .map(line -> parse(line));
        QuarantinedOrders.sums(orders).to(StreamingContext.textFiles(output)).named("sums");
    }

    @Test
    void shouldTakeEachLineOnceWhenAProgramReadsTheQuarantine() throws IOException {
        putLines();
        run(this::orders);
        for (int start = 0; start < 2; start++) {
            run(ssc -> {
                ssc.checkpoint(directory.resolve("correction").toString());
                corrected(
                        ssc,
                        directory.resolve("checkpoint/quarantine").toString(),
                        directory.resolve("corrected").toString());
            });
        }
        assertThat(outputs("corrected")).containsExactly("bob\t250");
    }

    private static DStream<String> look(StreamingContext ssc, String quarantine) {
        return ssc.quarantined(Path.of(quarantine))
                .map(entry -> entry.batch() + " " + entry.operator() + ": " + entry.text());
    }

    @Test
    void shouldShowWhatWasPutAside() throws IOException {
        putLines();
        run(this::orders);
        List<String> shown = new ArrayList<>();
        run(ssc -> look(ssc, directory.resolve("checkpoint/quarantine").toString())
                .foreachRDD(rdd -> {
                    shown.addAll(rdd.collect());
                }));
        assertThat(shown).singleElement().asString().endsWith(" orders: bob 2.50");
    }

    @Test
    void shouldAskADatabaseForLongerThanItsRestartTakes() {
        MillraceConf conf = new MillraceConf()
                .set("millrace.task.maxAttempts", "10")
                .set("millrace.task.retryDelay", "200ms")
                .set("millrace.task.maxRetryDelay", "10s");
        assertThat(conf.get("millrace.task.maxAttempts")).isEqualTo("10");
    }
}
