/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import dev.millrace.rdd.RDD;
import dev.millrace.streaming.CheckpointInfo;
import dev.millrace.streaming.DStream;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StreamingContext;
import dev.millrace.streaming.UpgradePlan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointRollbackCommandTest {
    private static final int BATCHES = 14;
    private static final String WHAT = """
            back to      1000 ms (1970-01-01T00:00:01Z)
            run again    13 batches, from 2000 ms (1970-01-01T00:00:02Z) to 14000 ms (1970-01-01T00:00:14Z)
            taken back   files: 13 batches, from 2000 ms (1970-01-01T00:00:02Z) to 14000 ms (1970-01-01T00:00:14Z)
            repeated     told: 13 batches, from 2000 ms (1970-01-01T00:00:02Z) to 14000 ms (1970-01-01T00:00:14Z), a second time, since it cannot take them back
            """;

    @TempDir
    private Path directory;

    private Path checkpoint() {
        return directory.resolve("checkpoint");
    }

    private String heading() {
        return "checkpoint   " + checkpoint() + "\n";
    }

    private StreamingContext program() {
        StreamingContext ssc = new StreamingContext(new MillraceConf().setMaster("local[2]"), Durations.seconds(1));
        ssc.checkpoint(checkpoint().toString());
        Queue<RDD<String>> queue = new ArrayDeque<>();
        for (int i = 0; i < BATCHES; i++) {
            queue.add(ssc.millraceContext().parallelize(List.of("word"), 1));
        }
        DStream<String> words = ssc.queueStream(queue).named("words");
        words.to(StreamingContext.textFiles(directory.resolve("out").toString()))
                .named("files");
        words.foreachRDD("told", rdd -> {});
        return ssc;
    }

    @BeforeEach
    void runAll() {
        try (StreamingContext ssc = program()) {
            ssc.runBatches(BATCHES);
        }
    }

    private CommandRun rollback(String... options) {
        String[] command = new String[3 + options.length];
        command[0] = "checkpoint";
        command[1] = "rollback";
        command[2] = checkpoint().toString();
        System.arraycopy(options, 0, command, 3, options.length);
        return CommandRun.of(command);
    }

    @Test
    void shouldSayWhatItDoesAndSumUpTheManyBatchesThatRunAgain() {
        assertThat(rollback("--to", "1970-01-01T00:00:01Z"))
                .isEqualTo(new CommandRun(0, heading() + WHAT + "Nothing was changed; --yes does it.\n", ""));
        assertThat(CheckpointInfo.read(checkpoint()).underWay()).isEmpty();

        assertThat(rollback("--to", "1000", "--yes"))
                .isEqualTo(new CommandRun(
                        0, heading() + WHAT + "Done; the next start of the program takes back and runs again.\n", ""));

        String shown =
                CommandRun.of("checkpoint", "show", checkpoint().toString()).out();
        assertThat(shown).contains("""
                Batches
                  kept          1000 ms: 1 batch that can be gone back to
                  to run again  2000 ms: words takes RDDs 1 to 1 of the queue
                """).contains("""
                  to run again  11000 ms: words takes RDDs 10 to 10 of the queue
                  to run again  3 batches more, to 14000 ms

                """);
        try (StreamingContext ssc = program()) {
            assertThat(UpgradePlan.of(ssc).toString())
                    .contains("The last decided batch is 1000 ms; to run again: 2000 ms to 14000 ms (13 batches).\n");
            ssc.runBatches(1);
        }
        assertThat(directory.resolve("out/batch-2000")).isDirectory();
        assertThat(Files.exists(directory.resolve("out/batch-15000"))).isFalse();
    }

    @Test
    void shouldNameTheBatchesThatCanBeGoneBackToWhenItIsNoneOfThem() {
        assertThat(rollback("--to", "1500"))
                .isEqualTo(new CommandRun(
                        1,
                        "",
                        "millrace: the checkpoint " + checkpoint()
                                + " has no complete batch 1500 ms, or does not keep it any more; name one from 1000 ms to"
                                + " 14000 ms\n"));
        assertThat(rollback("--to", "today")).isEqualTo(new CommandRun(2, "", """
                        millrace: Invalid value for option '--to': "today" is no batch; write its time in ms, or as in 2023-11-14T22:14:20Z
                        'millrace checkpoint rollback --help' shows the options and examples.
                        """));
    }
}
