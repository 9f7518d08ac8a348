/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StreamingContext;
import dev.millrace.streaming.event.BatchInfo;
import dev.millrace.streaming.event.StreamingListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** How much of what waits a batch takes. */
@ExtendWith(SharedBroker.class)
class AdmissionTest {
    private static final TopicPartition A = new TopicPartition("a", 0);
    private static final TopicPartition B = new TopicPartition("b", 0);

    private final KafkaBroker broker;

    AdmissionTest(KafkaBroker broker) {
        this.broker = broker;
    }

    private static Admission limited(double most, long least) {
        return new Admission(most, least, Durations.seconds(2), null);
    }

    @Test
    void shouldTakeAllWithoutALimit() {
        assertThat(limited(0, 1).admit(Map.of(A, 1_000_000_000_000L, B, 0L)))
                .isEqualTo(Map.of(A, 1_000_000_000_000L, B, 0L));
    }

    @Test
    void shouldTakeAtMostTheRateOfAPartitionTimesTheInterval() {
        assertThat(limited(10, 1).admit(Map.of(A, 100L, B, 7L))).isEqualTo(Map.of(A, 20L, B, 7L));
    }

    @Test
    void shouldSplitTheRateOfBackPressureByWhatWaits() {
        Admission admission = limited(0, 1);
        admission.setRate(50);
        assertThat(admission.admit(Map.of(A, 900L, B, 100L))).isEqualTo(Map.of(A, 90L, B, 10L));
    }

    @Test
    void shouldTakeTheLeastWhateverTheRate() {
        Admission admission = limited(100, 5);
        admission.setRate(0.001);
        assertThat(admission.admit(Map.of(A, 900L, B, 3L))).isEqualTo(Map.of(A, 5L, B, 3L));
    }

    @Test
    void shouldAskForTheLimitsOfEachPartition() {
        PerPartitionConfig limits = new PerPartitionConfig() {
            @Override
            public double maxRatePerPartition(TopicPartition partition, double configured) {
                return partition.equals(A) ? 2 : configured;
            }
        };
        assertThat(new Admission(3, 1, Durations.seconds(1), limits).admit(Map.of(A, 10L, B, 10L)))
                .isEqualTo(Map.of(A, 2L, B, 3L));
    }

    private List<String> taken(String topic, MillraceConf conf) throws Exception {
        broker.createTopic(topic, 2);
        Sent.to(broker, topic, 0, "a", "b", "c", "d", "e", "f");
        Sent.to(broker, topic, 1, "x", "y", "z");
        List<String> taken = new ArrayList<>();
        try (StreamingContext ssc = new StreamingContext(conf.setMaster("local[2]"), Durations.seconds(1))) {
            ssc.addStreamingListener(new StreamingListener() {
                @Override
                public void onBatchCompleted(BatchInfo batch) {
                    batch.inputs().forEach(input -> taken.add(input.numRecords() + ": " + input.description()));
                }
            });
            ssc.from(Orders.of(broker, topic).source()).named("orders").foreachRDD(rdd -> rdd.collect());
            ssc.runBatches(2);
        }
        return taken;
    }

    @Test
    void shouldSayInTheInfoOfABatchWhatIsLeftInEachPartition() throws Exception {
        assertThat(taken("left", new MillraceConf().set("millrace.streaming.kafka.maxRatePerPartition", "3")))
                .containsExactly("6: left-0 0 to 3 (3 left), left-1 0 to 3", "3: left-0 3 to 6");
    }

    @Test
    void shouldBoundTheFirstBatchByTheInitialRateOfBackPressure() throws Exception {
        MillraceConf conf = new MillraceConf()
                .set("millrace.streaming.backpressure.enabled", "true")
                .set("millrace.streaming.backpressure.initialRate", "3");
        assertThat(taken("bounded", conf).get(0)).isEqualTo("3: bounded-0 0 to 2 (4 left), bounded-1 0 to 1 (2 left)");
    }

    @Test
    void shouldReadARecordThatIsLargerThanAFetch() throws Exception {
        broker.createTopic("large", 1, Map.of("max.message.bytes", "3000000"));
        String large = "x".repeat(2_000_000);
        try (var producer = broker.producer(Map.of("max.request.size", 3_000_000))) {
            KafkaBroker.get(producer.send(new org.apache.kafka.clients.producer.ProducerRecord<>("large", large)));
        }

        assertThat(Orders.of(broker, "large")
                        .with(source ->
                                source.with("max.partition.fetch.bytes", 1000).with("fetch.max.bytes", 1000))
                        .run(1))
                .containsExactly(List.of("0:0=" + large));
    }
}
