/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import dev.millrace.rdd.StorageLevel;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StreamingContext;
import dev.millrace.streaming.receiver.Receiver;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.launcher.JavaModuleOptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Spark ends its context when the process is told to end; what was received gets its last batch before. */
@Timeout(60)
class SparkShutdownTest {
    private static final int NUMBERS = 100;

    @TempDir
    private Path root;

    @Test
    @Tag("full")
    void shouldProcessWhatWasReceivedWhenTheProcessIsTerminated() throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(Arrays.asList(JavaModuleOptions.defaultModuleOptions().split(" ")));
        command.addAll(List.of(
                "-cp", System.getProperty("java.class.path"), SparkShutdownTest.class.getName(), root.toString()));
        Process child = new ProcessBuilder(command)
                .redirectError(root.resolve("errors").toFile())
                .start();
        try (BufferedReader lines = child.inputReader()) {
            assertThat(lines.readLine())
                    .as(Files.readString(root.resolve("errors")))
                    .isEqualTo("stored");
            child.destroy(); // SIGTERM
            assertThat(child.waitFor(50, TimeUnit.SECONDS)).isTrue();
        } finally {
            child.destroyForcibly();
        }
        List<String> numbers = new ArrayList<>();
        assertThat(root.resolve("out"))
                .as(Files.readString(root.resolve("errors")))
                .exists();
        try (Stream<Path> files = Files.walk(root.resolve("out"))) {
            for (Path file : (Iterable<Path>)
                    files.filter(file -> file.getFileName().toString().startsWith("part"))::iterator) {
                numbers.addAll(Files.readAllLines(file));
            }
        }
        assertThat(numbers)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, NUMBERS).mapToObj(Integer::toString).toList());
    }

    /** Receives numbers and waits for somebody to end it, long before the first batch. */
    public static void main(String[] arguments) throws InterruptedException {
        Path root = Path.of(arguments[0]);
        MillraceConf conf = new MillraceConf().setMaster("spark:local[2]");
        StreamingContext streaming = new StreamingContext(conf, Durations.minutes(10));
        streaming.checkpoint(root.resolve("checkpoint").toString());
        streaming
                .receiverStream(new Receiver<Integer>(StorageLevel.MEMORY_AND_DISK_SER()) {
                    @Override
                    protected void run() throws InterruptedException {
                        for (int i = 0; i < NUMBERS; i++) {
                            store(i);
                        }
                        System.out.println("stored");
                        new CountDownLatch(1).await();
                    }
                })
                .named("numbers")
                .to(StreamingContext.textFiles(root.resolve("out").toString()))
                .named("files");
        streaming.start();
        streaming.awaitTermination();
    }
}
