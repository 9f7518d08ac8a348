/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.benchmarks;

import dev.millrace.MillraceConf;
import dev.millrace.Tuple2;
import dev.millrace.streaming.DStream;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StreamingContext;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/**
 * The cost of many outputs into files with a checkpoint directory, without records and with a line of text in each batch;
 * against a file each that is written, synced, renamed and synced there, by as many threads as the outputs have for syncs.
 * Batches run in turns, so that a machine that is slow for a while is slow for all.
 */
public final class ManyOutputs {
    private static final int THREADS = 16;

    private ManyOutputs() {}

    public static void main(String[] arguments) throws Exception {
        if (arguments.length != 2) {
            System.err.println("usage: ManyOutputs OUTPUTS ROUNDS");
            System.exit(2);
        }
        int outputs = Integer.parseInt(arguments[0]);
        int rounds = Integer.parseInt(arguments[1]);
        Path directory = TemporaryFiles.newDirectory();
        Figures empty = new Figures();
        Figures lines = new Figures();
        Figures files = new Figures();
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try (StreamingContext without = program(directory.resolve("empty"), outputs, 0);
                StreamingContext with = program(directory.resolve("lines"), outputs, 1)) {
            run(without, 3);
            run(with, 3);
            for (int round = 0; round < rounds; round++) {
                empty.add(run(without, 1));
                lines.add(run(with, 1));
                long start = System.nanoTime();
                writeFiles(directory.resolve("files-" + round), outputs, threads);
                files.add(System.nanoTime() - start);
            }
        } finally {
            threads.shutdown();
            TemporaryFiles.delete(directory);
        }
        System.out.printf(
                Locale.ROOT,
                "%,d outputs, ms a batch and output:%n"
                        + "file alone      median %.3f%n"
                        + "without records median %.3f  p90 %.3f%n"
                        + "with a line     median %.3f  p90 %.3f  (%.1f of a file alone)%n",
                outputs,
                files.median() / outputs,
                empty.median() / outputs,
                empty.at(0.9) / outputs,
                lines.median() / outputs,
                lines.at(0.9) / outputs,
                lines.median() / files.median());
    }

    private static long run(StreamingContext program, int batches) {
        long start = System.nanoTime();
        program.runBatches(batches);
        return System.nanoTime() - start;
    }

    private static StreamingContext program(Path directory, int outputs, long keep) {
        StreamingContext ssc = new StreamingContext(new MillraceConf().setMaster("local[2]"), Durations.seconds(1));
        ssc.checkpoint(directory.resolve("checkpoint").toString());
        DStream<Tuple2<String, Long>> records = ssc.from(new Keys<>(2, 2, number -> "key-" + number, number -> number))
                .named("keys")
                .filter(record -> record._2() % 2 < keep);
        for (int i = 0; i < outputs; i++) {
            records.saveAsTextFiles(
                            directory.resolve("out-" + i).resolve("batch").toString())
                    .named("out-" + i);
        }
        return ssc;
    }

    private static void writeFiles(Path directory, int files, ExecutorService threads) throws Exception {
        Files.createDirectories(directory);
        List<Future<?>> all = IntStream.range(0, files)
                .<Future<?>>mapToObj(i -> threads.submit(() -> {
                    writeFile(directory.resolve("out-" + i));
                    return null;
                }))
                .toList();
        for (Future<?> one : all) {
            one.get();
        }
    }

    private static void writeFile(Path directory) throws IOException {
        Files.createDirectories(directory);
        Path building = directory.resolve("building");
        Files.writeString(building, "(key-1,1)\n");
        sync(building, StandardOpenOption.WRITE);
        Files.move(building, directory.resolve("part-00000"), StandardCopyOption.ATOMIC_MOVE);
        sync(directory, StandardOpenOption.READ);
    }

    private static void sync(Path path, StandardOpenOption how) throws IOException {
        try (FileChannel file = FileChannel.open(path, how)) {
            file.force(true);
        }
    }
}
