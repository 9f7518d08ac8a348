/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.logging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.ChildJvm;
import dev.millrace.MillraceConf;
import dev.millrace.rdd.RDD;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StreamingContext;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Logger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Programs that are stopped while their process ends, of which one is stopped by a hook of the process: as Spring's does, it
 * runs beside that of java.util.logging, which takes the handlers off.
 */
@Tag("full")
class StopAtExitTest {
    @TempDir
    private Path directory;

    @Test
    void shouldTellOfAStopByAnotherHookThanOurs() throws Exception {
        assertThat(stops("of a hook")).satisfiesExactly(line -> assertThat(line).endsWith("FINISHED"));
    }

    @Test
    void shouldTellOfEachStopOnce() throws Exception {
        assertThat(stops("of a hook", "alone", "beside it"))
                .satisfiesExactlyInAnyOrder(
                        line -> assertThat(line).contains("\"of a hook\"").endsWith("FINISHED"),
                        line -> assertThat(line).contains("\"alone\"").endsWith("FINISHED"),
                        line -> assertThat(line).contains("\"beside it\"").endsWith("FINISHED"));
    }

    private List<String> stops(String... programs) throws Exception {
        Path log = directory.resolve("log");
        ChildJvm.run(StopAtExitTest.class, "-Xmx64m", log, programs);
        return ChildJvm.text(log)
                .lines()
                .filter(line -> line.contains(" stopped after "))
                .toList();
    }

    /** @param programs their names; a hook of its own stops the first one */
    public static void main(String[] programs) {
        StreamingContext first = started(programs[0], false);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> closeWithoutHandlers(first)));
        for (int i = 1; i < programs.length; i++) {
            started(programs[i], true);
        }
        System.exit(0);
    }

    private static StreamingContext started(String name, boolean stopsAtExit) {
        MillraceConf conf = new MillraceConf()
                .setMaster("local[1]")
                .setAppName(name)
                .set("millrace.streaming.stopGracefullyOnShutdown", Boolean.toString(stopsAtExit));
        StreamingContext ssc = new StreamingContext(conf, Durations.seconds(1));
        ssc.queueStream(new ConcurrentLinkedQueue<RDD<String>>()).foreachRDD(rdd -> {});
        ssc.start();
        return ssc;
    }

    /** Unless another program has put them back already. */
    private static void closeWithoutHandlers(StreamingContext closed) {
        int mostQuestions = 1_000_000;
        while (Logger.getLogger("").getHandlers().length > 0 && mostQuestions-- > 0) {
            Thread.onSpinWait();
        }
        closed.close();
    }
}
