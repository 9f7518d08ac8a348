/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import dev.millrace.Tuple2;
import dev.millrace.rdd.StorageLevels;
import dev.millrace.streaming.DStream;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.ErrorPolicy;
import dev.millrace.streaming.FileStreamOptions;
import dev.millrace.streaming.StateType;
import dev.millrace.streaming.StreamingContext;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records that tasks of any stage put aside reach the file of the batch, on either engine. */
class QuarantineTest {
    @TempDir
    private Path directory;

    private List<String> aside(String master, String name) throws IOException {
        Path work = directory.resolve(name);
        MillraceConf conf = new MillraceConf()
                .setMaster(master)
                .set("millrace.streaming.fileStream.malformedInput", "quarantine")
                .set("millrace.streaming.fileStream.splitBytes", "1k");
        try (StreamingContext ssc = new StreamingContext(conf, Durations.seconds(1))) {
            ssc.checkpoint(work.toString());
            DStream<String> lines = ssc.textFileStream(directory.resolve("in"), FileStreamOptions.ALL_FILES)
                    .named("lines");
            lines.mapToPair(line -> Tuple2.of(line, 1)) // read on the map side of a shuffle, for a step
                    .updateStateByKey(
                            StateType.of("counts", Integer.class),
                            (values, before) -> Optional.of(before.orElse(0) + values.size()))
                    .foreachRDD("counts", rdd -> {
                        rdd.count();
                    });
            lines.foreachRDD(
                    "lines",
                    rdd -> { // and in the last stage of an output
                        rdd.count();
                    });
            ssc.runBatches(1);
        }
        return Files.readAllLines(work.resolve("quarantine/batch-1000.jsonl"));
    }

    /** Records that fail before a shuffle, after it, in a state's function and at a type that the codec does not know. */
    private List<String> failing(String master, String name) throws IOException {
        Path work = directory.resolve(name);
        try (StreamingContext ssc = new StreamingContext(new MillraceConf().setMaster(master), Durations.seconds(1))) {
            ssc.checkpoint(work.toString());
            ErrorPolicy policy = ErrorPolicy.quarantine();
            ssc.textFileStream(directory.resolve("in"), FileStreamOptions.ALL_FILES)
                    .named("lines")
                    .map(Integer::parseInt)
                    .named("numbers")
                    .onError(policy)
                    .mapToPair(number -> Tuple2.of(number % 10, 10 / (number % 7)))
                    .named("pairs")
                    .onError(policy)
                    .<Integer, Integer>mapWithState(StateType.of("sums", Integer.class), (time, key, value, state) -> {
                        state.update(state.orElse(0) + 10 / (value.orElse(0) - 1));
                        return Optional.of(state.get());
                    })
                    .onError(policy)
                    .map(number -> new Undeclared(number).checked())
                    .named("undeclared")
                    .flatMapList(value -> List.of(value, value.failing()))
                    .named("unlucky")
                    .onError(policy)
                    .foreachRDD("count", rdd -> {
                        rdd.count();
                    });
            ssc.runBatches(1);
        }
        return Files.readAllLines(work.resolve("quarantine/batch-1000.jsonl"));
    }

    private static final class Undeclared {
        private final int number;

        Undeclared(int number) {
            this.number = number;
        }

        Undeclared checked() {
            return this;
        }

        Undeclared failing() {
            if (number % 3 == 0) {
                throw new IllegalStateException("unlucky");
            }
            return this;
        }

        @Override
        public String toString() {
            return "undeclared " + number;
        }
    }

    @Test
    void shouldPutTheSameFailingRecordsAsideOnBothEngines() throws IOException {
        Files.createDirectory(directory.resolve("in"));
        Files.write(
                directory.resolve("in/f"),
                IntStream.range(0, 300)
                        .mapToObj(i -> i % 11 == 0 ? "bad" + i : Integer.toString(i))
                        .toList());
        List<String> embedded = failing("local[2]", "embedded");
        assertThat(embedded).anyMatch(line -> line.contains("\"operator\":\"numbers\""));
        assertThat(embedded).anyMatch(line -> line.contains("\"operator\":\"pairs\""));
        assertThat(embedded).anyMatch(line -> line.contains("\"operator\":\"sums\""));
        assertThat(embedded)
                .anyMatch(line -> line.contains("\"operator\":\"unlucky\"") && line.contains("\"encoding\":\"shown\""));
        assertThat(failing("spark:local[2]", "spark")).isEqualTo(embedded);
    }

    private List<String> asideOfSocket(String master, String name) throws Exception {
        Path work = directory.resolve(name);
        MillraceConf conf =
                new MillraceConf().setMaster(master).set("millrace.streaming.socket.malformedInput", "quarantine");
        List<String> received = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch complete = new CountDownLatch(1);
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                StreamingContext ssc = new StreamingContext(conf, Durations.milliseconds(200))) {
            ssc.checkpoint(work.toString());
            ssc.socketTextStream("127.0.0.1", server.getLocalPort())
                    .named("lines")
                    .foreachRDD("lines", rdd -> {
                        received.addAll(rdd.collect());
                        if (received.size() == 3) {
                            complete.countDown();
                        }
                    });
            ssc.start();
            try (Socket connection = server.accept()) {
                connection.getOutputStream().write("a\nb\u00ff\nc\nd\n".getBytes(StandardCharsets.ISO_8859_1));
                connection.getOutputStream().flush();
                assertThat(complete.await(60, TimeUnit.SECONDS)).isTrue();
            }
        }
        assertThat(received).containsExactlyInAnyOrder("a", "c", "d");
        try (Stream<Path> files = Files.list(work.resolve("quarantine"))) {
            return Files.readAllLines(files.findFirst().orElseThrow()).stream()
                    .map(line -> line.replaceAll("\"batch\":[0-9]+", "\"batch\":0"))
                    .toList();
        }
    }

    @Test
    void shouldPutTheSameLinesOfASocketAsideOnBothEngines() throws Exception {
        List<String> embedded = asideOfSocket("local[2]", "embedded");
        assertThat(embedded).hasSize(1);
        assertThat(asideOfSocket("spark:local[2]", "spark")).isEqualTo(embedded);
    }

    @Test
    void shouldPutTheSameAsideOnBothEngines() throws IOException {
        Files.createDirectory(directory.resolve("in"));
        byte[] content = new byte[10_000];
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) (i % 10 == 9 ? '\n' : i % 100 == 50 ? 0xff : 'a');
        }
        Files.write(directory.resolve("in/f"), content);
        List<String> embedded = aside("local[2]", "embedded");
        assertThat(embedded).hasSize(100);
        assertThat(aside("spark:local[2]", "spark")).isEqualTo(embedded);
    }

    /** Kept partitions, which end with what was put aside, and two outputs that meet it. */
    private List<String> many(String master, String name) throws IOException {
        Path work = directory.resolve(name);
        try (StreamingContext ssc = new StreamingContext(new MillraceConf().setMaster(master), Durations.seconds(1))) {
            ssc.checkpoint(work.toString());
            DStream<Integer> numbers = ssc.textFileStream(directory.resolve("in"), FileStreamOptions.ALL_FILES)
                    .named("lines")
                    .map(Integer::parseInt)
                    .named("numbers")
                    .onError(ErrorPolicy.quarantine())
                    .persist(StorageLevels.MEMORY_ONLY);
            numbers.foreachRDD("first", rdd -> {
                rdd.count();
            });
            numbers.mapToPair(number -> Tuple2.of(number, 1))
                    .reduceByKey(Integer::sum)
                    .foreachRDD("second", rdd -> {
                        rdd.count();
                    });
            ssc.runBatches(1);
        }
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(work.resolve("quarantine/batch-1000.jsonl.gz"))),
                StandardCharsets.UTF_8))) {
            return lines.lines().toList();
        }
    }

    @Test
    void shouldPutManyFailingRecordsAsideOnBothEngines() throws IOException {
        Files.createDirectory(directory.resolve("in"));
        Files.write(
                directory.resolve("in/f"),
                IntStream.range(0, 50_000)
                        .mapToObj(i -> i % 10 == 0 ? Integer.toString(i) : "bad" + i)
                        .toList());
        List<String> embedded = many("local[2]", "embedded");
        assertThat(embedded).hasSize(45_000);
        assertThat(many("spark:local[2]", "spark")).isEqualTo(embedded);
    }
}
