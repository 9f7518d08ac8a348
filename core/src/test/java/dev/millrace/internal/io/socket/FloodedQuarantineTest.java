/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.socket;

import dev.millrace.ChildJvm;
import dev.millrace.MillraceConf;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.streaming.DStream;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.ErrorPolicy;
import dev.millrace.streaming.StreamingContext;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Peers that send more of what is wrong than fits into memory, and honest lines among it; two lives of a program. */
class FloodedQuarantineTest {
    private static final int LINES = 200_000;
    private static final int GOOD = 1_000; // one of as many lines

    @TempDir
    private Path directory;

    private void run(int wrong) throws Exception {
        ChildJvm.run(
                FloodedQuarantineTest.class, "-Xmx128m", directory.resolve("log"), directory.toString(), "" + wrong);
    }

    @Test
    void shouldRunEachBatchInASmallHeapHoweverMuchIsWrong() throws Exception {
        run(100_000);
    }

    @Test
    @Tag("full")
    void shouldRunABatchWithAMillionRecordsThatFail() throws Exception {
        run(1_000_000);
    }

    public static void main(String[] args) throws Exception {
        Path directory = Path.of(args[0]);
        int wrong = Integer.parseInt(args[1]);
        List<String> problems = new ArrayList<>();
        for (int life = 0; life < 2; life++) {
            try (Server text = new Server();
                    Server raw = new Server()) {
                Life program = new Life(directory, text, raw, life);
                try (program.ssc) {
                    program.ssc.start();
                    try (Socket values = raw.accept();
                            Socket lines = text.accept()) {
                        sendWrong(values, wrong);
                        program.await(program.valuesCame);
                        sendLines(lines, life);
                        program.await(program.linesCame);
                    }
                    program.ssc.stop(Duration.ofSeconds(90));
                } finally {
                    program.ssc.failure().ifPresent(failure -> problems.add(failure.toString()));
                }
            }
        }
        List<String> good = all(directory.resolve("out"), "part-.*");
        List<String> expected = IntStream.range(0, 2)
                .boxed()
                .flatMap(life -> IntStream.range(0, LINES / GOOD).mapToObj(n -> life + " " + n))
                .toList();
        long bad = count(directory.resolve("checkpoint/quarantine"), "\"operator\":\"lines\"");
        long failed = count(directory.resolve("checkpoint/quarantine"), "\"operator\":\"lengths\"");
        System.out.println(
                good.size() + " good lines, " + bad + " bad ones, " + failed + " records that failed, " + problems);
        boolean exact = good.stream()
                        .sorted()
                        .toList()
                        .equals(expected.stream().sorted().toList())
                && bad == 2L * (LINES - LINES / GOOD)
                && failed == 2L * wrong
                && problems.size() == 1
                && problems.get(0).contains("the disk is full");
        System.exit(exact ? 0 : 1);
    }

    private static final class Life {
        final StreamingContext ssc;
        final CountDownLatch linesCame = new CountDownLatch(1);
        final CountDownLatch valuesCame = new CountDownLatch(1);

        /** @param life of which the first fails when it has read the last of its lines */
        Life(Path directory, Server text, Server raw, int life) throws IOException {
            ssc = new StreamingContext(
                    new MillraceConf()
                            .setMaster("local[2]")
                            .set("millrace.streaming.socket.malformedInput", "quarantine"),
                    Durations.milliseconds(500));
            ssc.checkpoint(directory.resolve("checkpoint").toString());
            DStream<String> lines =
                    ssc.socketTextStream("127.0.0.1", text.port()).named("lines");
            lines.to(StreamingContext.textFiles(directory.resolve("out").toString()))
                    .named("out");
            ssc.<String>rawSocketStream("127.0.0.1", raw.port())
                    .named("values")
                    .map(String::length)
                    .named("lengths")
                    .onError(ErrorPolicy.quarantine())
                    .foreachRDD("lengths", rdd -> {
                        if (rdd.count() > 0) {
                            valuesCame.countDown();
                        }
                    });
            String last = life + " " + (LINES / GOOD - 1);
            lines.foreachRDD("ends", rdd -> {
                if (rdd.filter(line -> line.equals(last)).count() > 0) {
                    linesCame.countDown();
                    if (life == 0) {
                        throw new IOException("the disk is full");
                    }
                }
            });
        }

        void await(CountDownLatch latch) throws InterruptedException {
            while (!latch.await(100, TimeUnit.MILLISECONDS) && ssc.failure().isEmpty()) {
                // and say what has failed
            }
        }
    }

    private static void sendWrong(Socket client, int wrong) throws IOException {
        DataOutputStream out = new DataOutputStream(new BufferedOutputStream(client.getOutputStream()));
        for (byte[] block : List.of(
                ValueCodec.builtIn().encode(Collections.nCopies(wrong, true)),
                ValueCodec.builtIn().encode(List.of("good")))) {
            out.writeInt(block.length);
            out.write(block);
        }
        out.flush();
    }

    private static void sendLines(Socket client, int life) throws IOException {
        OutputStream out = new BufferedOutputStream(client.getOutputStream());
        for (int i = 1; i <= LINES; i++) {
            String good = life + " " + (i / GOOD - 1) + "\n";
            out.write(i % GOOD == 0 ? good.getBytes(StandardCharsets.UTF_8) : new byte[] {(byte) 0xff, '\n'});
        }
        out.flush();
    }

    private static List<Path> files(Path directory, String name) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> file.getFileName().toString().matches(name)
                            && !file.toString().contains(".staging"))
                    .toList();
        }
    }

    private static List<String> all(Path directory, String name) throws IOException {
        List<String> lines = new ArrayList<>();
        for (Path file : files(directory, name)) {
            lines.addAll(Files.readAllLines(file));
        }
        return lines;
    }

    private static long count(Path directory, String content) throws IOException {
        long count = 0;
        for (Path file : files(directory, "batch-.*")) {
            try (InputStream in = Files.newInputStream(file);
                    BufferedReader lines = new BufferedReader(new InputStreamReader(
                            file.toString().endsWith(".gz") ? new GZIPInputStream(in) : in, StandardCharsets.UTF_8))) {
                count += lines.lines().filter(line -> line.contains(content)).count();
            }
        }
        return count;
    }
}
