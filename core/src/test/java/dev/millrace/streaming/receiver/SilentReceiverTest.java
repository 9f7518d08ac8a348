/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.receiver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StreamingContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A receiver that stored something once and is silent since, beside one that goes on. */
@Timeout(60)
class SilentReceiverTest {
    private static final int RETAINED = 3;

    @TempDir
    private Path directory;

    private final List<String> received = new ArrayList<>();

    private StreamingContext program(ByHand<String> silent, ByHand<String> busy) {
        MillraceConf conf = new MillraceConf()
                .setMaster("local[2]")
                .set("millrace.streaming.checkpoint.snapshotBytes", "1k")
                .set("millrace.streaming.checkpoint.retainedBatches", String.valueOf(RETAINED))
                .set("millrace.streaming.receiver.writeAheadLog.segmentBytes", "100");
        StreamingContext ssc = new StreamingContext(conf, Durations.seconds(1));
        ssc.checkpoint(directory.toString());
        ssc.receiverStream(silent).named("silent").foreachRDD("once", rdd -> received.addAll(rdd.collect()));
        ssc.receiverStream(busy).named("busy").foreachRDD("always", rdd -> received.addAll(rdd.collect()));
        return ssc;
    }

    private List<String> segments() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("wal"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static void run(StreamingContext ssc, ByHand<String> busy, int batches) {
        for (int i = 0; i < batches; i++) {
            busy.store(List.of("x".repeat(120)));
            ssc.runBatches(1);
        }
    }

    @Test
    void shouldKeepNoMoreOfTheLogThanTheRetainedBatches() throws Exception {
        ByHand<String> silent = new ByHand<>();
        ByHand<String> busy = new ByHand<>();
        try (StreamingContext ssc = program(silent, busy)) {
            ssc.runBatches(0);
            silent.event();
            busy.event();
            silent.store(List.of("once"));
            run(ssc, busy, 3 * RETAINED);
        }
        assertThat(segments()).hasSizeLessThanOrEqualTo(RETAINED + 2);
        assertThat(received).filteredOn("once"::equals).hasSize(1);
    }

    /** The silent receiver stores nothing that could be written down, so batches are counted from before the restarts. */
    @Test
    void shouldCountBatchesAcrossRestartsThatComeMoreOftenThanBatchesAreRetained() throws Exception {
        for (int life = 0; life < 3 * RETAINED; life++) {
            ByHand<String> silent = new ByHand<>();
            ByHand<String> busy = new ByHand<>();
            try (StreamingContext ssc = program(silent, busy)) {
                ssc.runBatches(0);
                silent.event();
                busy.event();
                if (life == 0) {
                    silent.store(List.of("once"));
                }
                run(ssc, busy, 1);
            }
        }
        assertThat(segments()).hasSizeLessThanOrEqualTo(RETAINED + 2);
        assertThat(received).filteredOn("once"::equals).hasSize(1);
        assertThat(received).hasSize(1 + 3 * RETAINED);
    }

    @Test
    void shouldKeepWhatItStoredAsLongAsItsBatchIsRetained() throws Exception {
        ByHand<String> silent = new ByHand<>();
        ByHand<String> busy = new ByHand<>();
        try (StreamingContext ssc = program(silent, busy)) {
            ssc.runBatches(0);
            silent.event();
            busy.event();
            silent.store(List.of("once"));
            run(ssc, busy, RETAINED);
        }
        assertThat(segments()).startsWith("0000000001-0000000001");
    }
}
