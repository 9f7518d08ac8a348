/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import dev.millrace.MillraceConf;
import dev.millrace.rdd.RDD;
import dev.millrace.spi.OutputBatch;
import dev.millrace.spi.TransactionalOutput;
import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StreamingContext;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;

/** A child process whose second batch hangs where it is published, whatever interrupts it, until it is told to go on. */
final class StuckProgram {
    static final String STOP = "stop";
    static final String GO_ON = "go on";
    static final String PUBLISHING = "publishing";
    static final String ENDED = "ended";

    private static final BatchTime STUCK = new BatchTime(2000);

    private StuckProgram() {}

    /** The program, which publishes one word a batch. */
    static StreamingContext program(Path directory, Runnable beforeCommit) {
        MillraceConf conf = new MillraceConf()
                .setMaster("local[2]")
                .set("millrace.streaming.stopGrace", "100ms")
                .set("millrace.streaming.checkpoint.takeover", "true");
        StreamingContext ssc = new StreamingContext(conf, Durations.seconds(1));
        ssc.checkpoint(directory.resolve("checkpoint").toString());
        Queue<RDD<String>> words = new ArrayDeque<>();
        for (String word : List.of("a", "b", "c")) {
            words.add(ssc.millraceContext().parallelize(List.of(word), 1));
        }
        ssc.queueStream(words)
                .named("words")
                .to(before(beforeCommit, table(directory)))
                .named("rows");
        return ssc;
    }

    static FolderTable table(Path directory) {
        return new FolderTable(directory.resolve("table"));
    }

    private static TransactionalOutput<String> before(Runnable beforeCommit, FolderTable table) {
        return new TransactionalOutput<>() {
            @Override
            public boolean isPublished(OutputBatch batch) {
                return table.isPublished(batch);
            }

            @Override
            public void write(OutputBatch batch, Iterator<String> records) throws IOException {
                List<String> rows = new ArrayList<>();
                records.forEachRemaining(rows::add);
                if (batch.time().equals(STUCK)) {
                    beforeCommit.run();
                }
                table.write(batch, rows.iterator());
            }

            @Override
            public void retract(OutputBatch batch) throws IOException {
                table.retract(batch);
            }

            @Override
            public List<OutputBatch> receipts(String outputName, BatchTime after) throws IOException {
                return table.receipts(outputName, after);
            }
        };
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        CountDownLatch released = new CountDownLatch(1);
        StreamingContext ssc = program(Path.of(arguments[0]), () -> {
            System.out.println(PUBLISHING);
            await(released);
        });
        Thread batches = new Thread(() -> ssc.runBatches(3));
        batches.setDaemon(true);
        batches.setUncaughtExceptionHandler((thread, failure) -> System.err.println(failure));
        batches.start();
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String command = commands.readLine(); command != null; command = commands.readLine()) {
            if (command.equals(STOP)) {
                System.out.println(ssc.stop(Duration.ofMillis(10)));
            } else {
                released.countDown();
                batches.join();
                System.out.println(ENDED);
            }
        }
        System.exit(0); // the test has ended
    }

    private static void await(CountDownLatch released) {
        while (released.getCount() > 0) {
            try {
                released.await();
            } catch (InterruptedException e) {
                // it hangs
            }
        }
    }
}
