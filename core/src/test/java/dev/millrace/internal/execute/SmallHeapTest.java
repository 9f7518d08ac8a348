/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.execute;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import dev.millrace.MillraceContext;
import dev.millrace.Tuple2;
import java.io.File;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A shuffle that combines needs memory for its distinct keys, not for all that its map tasks wrote. Once a stage kept the
 * blocks of every map task as its results, so that merging them early freed nothing, and a file of 1 GB did not fit into
 * a heap of 256 MB.
 */
class SmallHeapTest {
    private static final int KEYS = 100_000;
    private static final int MAP_TASKS = 60;

    @Test
    void shouldNeedMemoryForDistinctKeysOnly(@TempDir Path directory) throws Exception {
        File log = directory.resolve("log").toFile();
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx80m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SmallHeapTest.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(log)
                .start();
        boolean ended = child.waitFor(60, TimeUnit.SECONDS);
        child.destroyForcibly();
        assertThat(ended).isTrue();
        assertThat(child.exitValue()).as(() -> text(log)).isZero();
    }

    private static String text(File log) {
        try {
            return java.nio.file.Files.readString(log.toPath());
        } catch (java.io.IOException e) {
            return e.toString();
        }
    }

    public static void main(String[] args) {
        try (MillraceContext context = new MillraceContext(new MillraceConf().setMaster("local[2]"))) {
            long keys = context.parallelize(
                            IntStream.range(0, MAP_TASKS).boxed().toList(), MAP_TASKS)
                    .flatMap(task -> IntStream.range(0, KEYS).boxed().iterator())
                    .mapToPair(n -> Tuple2.of("key " + n, 1L))
                    .reduceByKey(Long::sum, 2)
                    .filter(count -> count._2() == MAP_TASKS)
                    .count();
            System.exit(keys == KEYS ? 0 : 1);
        }
    }
}
