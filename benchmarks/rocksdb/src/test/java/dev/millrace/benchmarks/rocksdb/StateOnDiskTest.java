/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.benchmarks.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Both sides count the same, at which the measurement looks itself after each batch. */
@Timeout(120)
class StateOnDiskTest {
    @Test
    void shouldRefuseASizeThatItDoesNotKnow() {
        assertThatThrownBy(() -> StateOnDisk.sizes("key=1"))
                .hasMessage(
                        "key=1 is no size; these are: batches=300 budget=0 draw=uniform durable=no keys=10000000"
                                + " load=250000 partitions=32 peer=rocksdb peerSync=yes peerThreads=1 sides=both threads=2 updates=10000 warm=50");
    }

    @ParameterizedTest
    @CsvSource({
        "rocksdb, RocksDB, uniform, no, 1",
        "rocksdb, RocksDB, zipf, yes, 2",
        "mvstore, MVStore, uniform, yes, 1",
        "mvstore, MVStore, zipf, no, 2"
    })
    void shouldMeasureBothSides(String peer, String title, String draw, String durable, int peerThreads)
            throws Exception {
        String printed = printedBy(
                "draw=" + draw, "durable=" + durable, "peer=" + peer, "peerThreads=" + peerThreads, "sides=both");
        assertThat(printed)
                .containsSubsequence(
                        "budget and cache 1 MB",
                        "loading, 4 batches each",
                        "warming, 2 batches each",
                        "measured, 5 batches each",
                        "  Millrace  median",
                        "  " + title + "   median",
                        "  ratio     median",
                        "bytes on disk: Millrace ",
                        title,
                        "MB live of ");
    }

    @ParameterizedTest
    @CsvSource({"ours, MVStore   median      NaN", "theirs, Millrace  median      NaN"})
    void shouldMeasureOneSideAlone(String sides, String missing) throws Exception {
        assertThat(printedBy("peer=mvstore", "sides=" + sides)).contains("measured, 5 batches each", missing);
    }

    private static String printedBy(String... more) throws Exception {
        String[] sizes = {"keys=20000", "load=5000", "updates=500", "budget=1", "partitions=4", "warm=2", "batches=5"};
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream before = System.out;
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            StateOnDisk.main(Stream.concat(Stream.of(sizes), Stream.of(more)).toArray(String[]::new));
        } finally {
            System.setOut(before);
        }
        return printed.toString(StandardCharsets.UTF_8);
    }
}
