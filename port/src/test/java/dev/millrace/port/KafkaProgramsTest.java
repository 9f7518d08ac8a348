/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.port;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.streaming.kafka.KafkaBroker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs for Spark Streaming that read from Kafka, after the recipe. */
class KafkaProgramsTest {
    private static KafkaBroker broker;

    @TempDir
    Path directory;

    @BeforeAll
    static void start(@TempDir Path broken) throws Exception {
        broker = KafkaBroker.start(broken);
    }

    @AfterAll
    static void stop() throws Exception {
        broker.close();
    }

    private static void send(String topic, String... values) throws Exception {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.address()), new StringSerializer(), new StringSerializer())) {
            for (String value : values) {
                KafkaBroker.get(producer.send(new ProducerRecord<>(topic, 0, null, value)));
            }
        }
    }

    @Test
    void shouldPortTheDirectWordCount() throws Exception {
        Path classes = Edit.compiled("DirectKafkaWordCount", directory);
        broker.createTopic("lines", 1);
        send("lines", "to be or", "not to be");
        try (RunningProgram program =
                new RunningProgram("DirectKafkaWordCount", classes, broker.address(), "words", "lines")) {
            program.until("(not,1)"::equals);
            assertThat(program.stop()).contains("read lines 0 to 2", "(to,2)", "(be,2)", "(or,1)");
        }
        send("lines", "or");
        try (RunningProgram program =
                new RunningProgram("DirectKafkaWordCount", classes, broker.address(), "words", "lines")) {
            program.until("(or,1)"::equals);
            assertThat(program.stop()).as("it goes on at the group's offsets").contains("read lines 0 to 3");
        }
    }

    @Test
    void shouldPortOrdersWithOffsetsInADatabase() throws Exception {
        Path classes = Edit.compiled("OrdersToDatabase", directory);
        String url = "jdbc:h2:" + directory.resolve("shop") + ";AUTO_SERVER=TRUE";
        broker.createTopic("orders", 1);
        Files.createDirectories(directory);
        try (Connection database = DriverManager.getConnection(url);
                Statement statement = database.createStatement()) {
            statement.execute("create table totals (customer varchar primary key, cents bigint)");
            statement.execute("create table offsets (topic varchar, part int, next bigint)");
            statement.execute("insert into offsets values ('orders', 0, 0)");
            for (int run = 1; run <= 2; run++) {
                send("orders", "ann;250", "bob;100", "ann;50");
                try (RunningProgram program =
                        new RunningProgram("OrdersToDatabase", classes, broker.address(), "orders", url)) {
                    program.until(("in the database up to " + 3 * run)::equals);
                    program.stop();
                }
                assertThat(totals(statement)).containsExactly("ann " + 300 * run, "bob " + 100 * run);
            }
        }
    }

    private static List<String> totals(Statement statement) throws SQLException {
        List<String> totals = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery("select customer, cents from totals order by customer")) {
            while (rows.next()) {
                totals.add(rows.getString(1) + " " + rows.getLong(2));
            }
        }
        return totals;
    }
}
