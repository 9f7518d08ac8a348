/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Tuple2;
import dev.millrace.streaming.StreamingContext;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The programs of docs/guide/kafka.md, on a broker. */
@ExtendWith(SharedBroker.class)
class KafkaExamplesTest {
    private final KafkaBroker broker;

    @TempDir
    Path checkpoint;

    KafkaExamplesTest(KafkaBroker broker) {
        this.broker = broker;
    }

    private static StreamingContext context() {
        return StreamingContext.local(Duration.ofSeconds(1));
    }

    @Test
    void shouldCountWordsOverARestart() throws Exception {
        broker.createTopic("lines", 1);
        List<Object> totals = new ArrayList<>();
        for (String line : List.of("a b a", "b")) {
            try (StreamingContext ssc = context()) {
                ssc.checkpoint(checkpoint.toString());
                KafkaExamples.wordCount(ssc, broker.address()).foreachRDD(rdd -> totals.add(Set.copyOf(rdd.collect())));
                ssc.runBatches(0); // begins at the end of the topic
                Sent.to(broker, "lines", 0, line);
                ssc.runBatches(1);
            }
        }

        assertThat(totals)
                .containsExactly(
                        Set.of(Tuple2.of("a", 2L), Tuple2.of("b", 1L)), Set.of(Tuple2.of("a", 2L), Tuple2.of("b", 2L)));
    }

    @Test
    void shouldRunAProgramForTheOriginal() throws Exception {
        broker.createTopic("orders", 1);
        Sent.to(broker, "orders", 0, "x");
        List<String> seen = new ArrayList<>();
        try (StreamingContext ssc = context()) {
            KafkaExamples.asInTheOriginal(ssc, broker.address())
                    .map(Sent::shown)
                    .foreachRDD(rdd -> seen.addAll(rdd.collect()));
            ssc.runBatches(1);
        }

        assertThat(seen).containsExactly("0:0=x");
    }

    @Test
    void shouldKeepOffsetsInATableOfTheProgram() throws Exception {
        broker.createTopic("tabled", 1);
        String url = "jdbc:h2:mem:offsets;DB_CLOSE_DELAY=-1";
        try (Connection database = DriverManager.getConnection(url)) {
            database.createStatement().execute("CREATE TABLE offsets (topic VARCHAR, number INT, next BIGINT)");
            database.createStatement().execute("INSERT INTO offsets VALUES ('tabled', 0, 0)");
            database.createStatement().execute("CREATE TABLE total (orders BIGINT)");
            database.createStatement().execute("INSERT INTO total VALUES (0)");
            for (int run = 0; run < 2; run++) {
                Sent.to(broker, "tabled", 0, "a", "b");
                try (StreamingContext ssc = context()) {
                    KafkaExamples.offsetsInATable(ssc, broker.address(), url);
                    ssc.runBatches(2);
                }
            }
            ResultSet total = database.createStatement().executeQuery("SELECT orders, next FROM total, offsets");
            total.next();

            assertThat(List.of(total.getLong(1), total.getLong(2))).containsExactly(4L, 4L);
        }
    }

    @Test
    void shouldGiveTheValuesOfATopicAsLines() throws Exception {
        broker.createTopic("values", 1);
        Sent.to(broker, "values", 0, "a b", null, "c");
        List<String> seen = new ArrayList<>();
        List<Integer> partitions = new ArrayList<>();
        try (StreamingContext ssc = context()) {
            Kafka.lines(ssc, broker.address(), "values").foreachRDD(rdd -> {
                partitions.add(rdd.getNumPartitions());
                seen.addAll(rdd.collect());
            });
            ssc.runBatches(2);
        }

        assertThat(seen).containsExactly("a b", "c");
        assertThat(partitions).containsExactly(1, 0); // the second has no records
    }

    @Test
    void shouldReadJsonAndEnrichIt() throws Exception {
        broker.createTopic("orders-json", 1);
        KafkaExamples.Order order = new KafkaExamples.Order("1", "c7", 250);
        Sent.to(broker, "orders-json", 0, new String(KafkaExamples.json(order), StandardCharsets.UTF_8));
        List<Tuple2<String, Long>> seen = new ArrayList<>();
        try (StreamingContext ssc = context()) {
            KafkaExamples.enriched(ssc, broker.address(), Map.of("c7", "Ada"))
                    .foreachRDD(rdd -> seen.addAll(rdd.collect()));
            ssc.runBatches(1);
        }

        assertThat(seen).containsExactly(Tuple2.of("Ada", 250L));
    }
}
