/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.receiver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import dev.millrace.Tuple2;
import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.CheckpointInfo;
import dev.millrace.streaming.CheckpointRollback;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.Replay;
import dev.millrace.streaming.ReplayRequest;
import dev.millrace.streaming.StateType;
import dev.millrace.streaming.StreamingContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Blocks of the batches that are retained can be read again from the log. */
@Timeout(60)
class RetainedBlocksTest {
    private static final int BATCHES = 12;
    private static final int RETAINED = 4;

    @TempDir
    private Path directory;

    private final ByHand<String> receiver = new ByHand<>();

    private StreamingContext program(ByHand<String> from) {
        MillraceConf conf = new MillraceConf()
                .setMaster("local[2]")
                .set("millrace.streaming.checkpoint.snapshotBytes", "1k")
                .set("millrace.streaming.checkpoint.retainedBatches", String.valueOf(RETAINED))
                .set("millrace.streaming.receiver.writeAheadLog.segmentBytes", "100");
        StreamingContext ssc = new StreamingContext(conf, Durations.seconds(1));
        ssc.checkpoint(directory.resolve("checkpoint").toString());
        ssc.receiverStream(from)
                .named("words")
                .mapToPair(word -> Tuple2.of(word.substring(0, 1), word))
                .updateStateByKey(
                        StateType.of("longest", String.class),
                        (values, all) -> Optional.of(all.orElse("") + String.join("", values)))
                .to(StreamingContext.textFiles(directory.resolve("out").toString()))
                .named("out");
        return ssc;
    }

    @BeforeEach
    void runSomeBatches() throws Exception {
        try (StreamingContext ssc = program(receiver)) {
            ssc.runBatches(1);
            assertThat(receiver.event()).isEqualTo("start");
            for (int batch = 1; batch < BATCHES; batch++) {
                for (int word = 0; word < 5; word++) {
                    receiver.store((char) ('a' + word) + String.valueOf(batch));
                }
                ssc.runBatches(1);
            }
        }
    }

    private Map<Path, String> files(Path under) throws IOException {
        Map<Path, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(under)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                files.put(file, Files.getLastModifiedTime(file) + new String(Files.readAllBytes(file), "ISO-8859-1"));
            }
        }
        return files;
    }

    private Map<Path, String> published() throws IOException {
        Map<Path, String> published = files(directory.resolve("out"));
        published.keySet().removeIf(file -> file.toString().contains(".receipts"));
        return published;
    }

    @Test
    void shouldBeReplayed() throws Exception {
        Map<Path, String> before = files(directory);
        for (int batch = BATCHES - RETAINED + 1; batch <= BATCHES; batch++) {
            ByHand<String> idle = new ByHand<>();
            try (StreamingContext ssc = program(idle)) {
                Replay replay = ssc.replay(
                        ReplayRequest.of(new BatchTime(batch * 1000L)).compare());
                assertThat(replay.differs()).as(replay.toString()).isFalse();
                assertThat(replay.output("out").records()).hasSize(5).allMatch(line -> line.length() > BATCHES);
            }
            assertThat(idle.isQuiet()).as("the receiver is not started").isTrue();
        }
        assertThat(files(directory)).isEqualTo(before);
    }

    @Test
    void shouldBeTakenAgainAfterARollBack() throws Exception {
        Map<Path, String> before = published();
        before.replaceAll((file, content) -> content.substring(content.indexOf('(')));
        Path checkpoint = directory.resolve("checkpoint");
        List<BatchTime> kept = CheckpointInfo.read(checkpoint).kept();
        assertThat(kept).contains(new BatchTime((BATCHES - RETAINED) * 1000L));
        CheckpointRollback.carryOut(checkpoint, new BatchTime((BATCHES - RETAINED) * 1000L));
        ByHand<String> next = new ByHand<>();
        try (StreamingContext ssc = program(next)) {
            ssc.runBatches(0);
            Map<Path, String> after = published();
            after.replaceAll((file, content) -> content.substring(content.indexOf('(')));
            assertThat(after).isEqualTo(before);
            assertThat(next.event()).isEqualTo("start");
            next.store("a-new");
            ssc.runBatches(1);
        }
        assertThat(Files.readString(directory.resolve("out/batch-" + (BATCHES + 1) + "000/part-00000"))
                        + Files.readString(directory.resolve("out/batch-" + (BATCHES + 1) + "000/part-00001")))
                .contains("(a,a1a2a3a4a5a6a7a8a9a10a11a-new)");
    }
}
