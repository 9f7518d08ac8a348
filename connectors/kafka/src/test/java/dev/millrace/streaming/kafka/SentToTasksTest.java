/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Tuple2;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.LongSerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

/** The parts of an output that a cluster engine sends to its tasks. */
class SentToTasksTest {
    @SuppressWarnings("unchecked") // it is what was written
    private static <T> T sent(T object) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(object);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            return (T) in.readObject();
        }
    }

    @Test
    void shouldMakeTheSameRowsElsewhere() throws Exception {
        Encoding<String, Long> encoding = new Encoding<>(
                StringSerializer::new,
                LongSerializer::new,
                "totals",
                Map.of("serializer.encoding", "UTF-16"),
                1000,
                "");
        encoding.encode(Tuple2.of("a", 1L));
        Encoding<String, Long> elsewhere = sent(encoding);
        for (Tuple2<String, Long> record : List.of(Tuple2.of("ä", 1L), Tuple2.<String, Long>of(null, null))) {
            assertThat(elsewhere.encode(record)).isEqualTo(encoding.encode(record));
        }
        RowBytes none = RowBytes.decode(encoding.encode(Tuple2.of(null, null)));
        assertThat(none.key()).isNull();
        assertThat(none.value()).isNull();
    }

    @Test
    void shouldSendTheFormWithoutTransactions() throws Exception {
        assertThat(sent(Kafka.to("totals")
                        .servers("localhost:9092")
                        .key(StringSerializer::new)
                        .value(LongSerializer::new)
                        .atLeastOnce()))
                .isNotNull();
    }
}
