/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.receiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.MillraceConf;
import dev.millrace.error.BatchFailedException;
import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.CheckpointInfo;
import dev.millrace.streaming.CheckpointSkip;
import dev.millrace.streaming.CheckpointVerification;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.ReplayRequest;
import dev.millrace.streaming.StreamingContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A batch of a receiver's blocks that can never run is passed by, and its blocks stay for a replay. */
@Timeout(60)
class SkippedBlocksTest {
    private static final BatchTime POISONED = new BatchTime(2000);

    @TempDir
    private Path directory;

    private final List<String> told = new ArrayList<>();
    private ByHand<String> receiver = new ByHand<>();

    private Path checkpoint() {
        return directory.resolve("checkpoint");
    }

    private static String checked(String word) {
        if (word.equals("poison")) {
            throw new IllegalArgumentException("nobody can take " + word);
        }
        return word;
    }

    private StreamingContext program(boolean corrected) {
        MillraceConf conf = new MillraceConf()
                .setMaster("local[2]")
                .set("millrace.task.maxAttempts", "1")
                .set("millrace.streaming.blockInterval", "1h")
                .set("millrace.streaming.checkpoint.snapshotBytes", "1k")
                .set("millrace.streaming.checkpoint.retainedBatches", "1")
                .set("millrace.streaming.receiver.writeAheadLog.segmentBytes", "100");
        StreamingContext ssc = new StreamingContext(conf, Durations.seconds(1));
        ssc.checkpoint(checkpoint().toString());
        receiver = new ByHand<>();
        var words = ssc.receiverStream(receiver).named("words");
        words.map(word -> corrected ? word : checked(word))
                .to(StreamingContext.textFiles(directory.resolve("out").toString()))
                .named("out");
        words.foreachRDD("told", rdd -> told.addAll(rdd.collect()));
        return ssc;
    }

    private List<String> published() throws IOException {
        try (Stream<Path> files = Files.walk(directory.resolve("out"))) {
            List<String> lines = new ArrayList<>();
            for (Path file : files.filter(path -> path.getFileName().toString().startsWith("part"))
                    .sorted()
                    .toList()) {
                lines.addAll(Files.readAllLines(file));
            }
            lines.sort(null);
            return lines;
        }
    }

    private int storeAndRun(StreamingContext ssc, int from, int until) {
        for (int number = from; number < until; number++) {
            receiver.store("word " + number);
            ssc.runBatches(1);
        }
        return until;
    }

    @Test
    void shouldKeepTheBlocksOfTheBatchForAReplayAndNoOthers() throws Exception {
        try (StreamingContext ssc = program(false)) {
            ssc.runBatches(0);
            assertThat(receiver.event()).isEqualTo("start");
            storeAndRun(ssc, 1, 2);
            receiver.store("before");
            receiver.store(List.of("poison").iterator());
            receiver.store("after");
            assertThatThrownBy(() -> ssc.runBatches(1)).isInstanceOf(BatchFailedException.class);
        }
        CheckpointSkip skip = CheckpointSkip.carryOut(checkpoint(), POISONED, "");
        CheckpointSkip.Input input = skip.inputs().get("words");
        assertThat(input.bytes()).isPositive();
        assertThat(skip)
                .isEqualTo(new CheckpointSkip(
                        POISONED,
                        Map.of("words", new CheckpointSkip.Input("blocks 1 to 3", 3, input.bytes())),
                        List.of(),
                        List.of("out"),
                        Set.of("told"),
                        List.of()));
        assertThat(told).containsExactly("word 1", "before", "poison", "after");
        try (StreamingContext ssc = program(false)) {
            ssc.runBatches(0);
            assertThat(receiver.event()).isEqualTo("start");
            storeAndRun(ssc, 2, 30);
        }
        try (Stream<Path> segments = Files.list(checkpoint().resolve("wal"))) {
            assertThat(segments.count()).isLessThan(10);
        }
        assertThat(CheckpointInfo.read(checkpoint()).kept()).doesNotContain(POISONED);
        assertThat(published()).hasSize(29).doesNotContain("before", "poison", "after");
        try (StreamingContext ssc = program(true)) {
            assertThat(ssc.replay(ReplayRequest.of(POISONED)).output("out").records())
                    .containsExactly("before", "poison", "after");
        }
        assertThat(CheckpointVerification.of(checkpoint()).files())
                .extracting(CheckpointVerification.File::state)
                .containsOnly(CheckpointVerification.State.WHOLE);
    }
}
