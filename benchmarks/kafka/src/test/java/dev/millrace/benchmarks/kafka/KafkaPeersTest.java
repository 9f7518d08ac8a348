/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.benchmarks.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The measurements run, of sizes that measure nothing, and both sides write what is right, at which each throughput looks itself. */
class KafkaPeersTest {
    @Test
    void shouldRefuseASizeThatItDoesNotKnow() {
        assertThatThrownBy(() -> KafkaPeers.sizes("record=1"))
                .hasMessage("record=1 is no size; these are: batch=50000 fast=10 heap=2g interval=200 keys=1000000"
                        + " partitions=8 parts=map,count,latency,realtime,start ramp=50000 rate=0 records=4000000 rounds=3 seconds=20"
                        + " startKeys=1000000 tuned=1000 warm=10");
    }

    @Test
    @Tag("full")
    @Timeout(600)
    void shouldMeasureBothSides() throws Exception {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream before = System.out;
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            KafkaPeers.run(KafkaPeers.sizes(
                    "parts=map,realtime,start",
                    "partitions=2",
                    "records=4000",
                    "batch=200",
                    "rounds=1",
                    "heap=256m",
                    "tuned=0",
                    "seconds=1",
                    "warm=0",
                    "startKeys=100"));
        } finally {
            System.setOut(before);
        }
        assertThat(printed.toString(StandardCharsets.UTF_8))
                .containsSubsequence(
                        "| MAP_FILTER, 4000 keys | records/s |",
                        "| Kafka Streams, memory, default |",
                        "| Millrace, 200 ms |",
                        "| COUNT_EACH, 1,000 records/s, 5 partitions | p50 ms |",
                        "| Kafka Streams, rocksdb, default |",
                        "| Millrace, 10 ms |",
                        "| start with 100 keys | first result s |",
                        "| Kafka Streams, rocksdb, default |",
                        "| Millrace, 200 ms |");
    }
}
