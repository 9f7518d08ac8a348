/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import dev.millrace.Tuple2;
import dev.millrace.function.VoidFunction2;
import dev.millrace.rdd.PairRDD;
import dev.millrace.spi.OutputBatch;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/** Sends the records of a batch from its tasks; a task ends when the brokers have all of its records. */
final class AtLeastOnce<K, V> implements VoidFunction2<PairRDD<K, V>, OutputBatch> {
    private static final long serialVersionUID = 1;

    private final Encoding<K, V> encoding;
    private final String topic;
    private final HashMap<String, Object> producer;

    AtLeastOnce(Encoding<K, V> encoding, String topic, Map<String, Object> producer) {
        this.encoding = encoding;
        this.topic = topic;
        this.producer = new HashMap<>(producer);
    }

    @Override
    public void call(PairRDD<K, V> records, OutputBatch batch) {
        byte[] header = (batch.checkpointId() + "/" + batch.time().milliseconds() + "/0/" + batch.outputName())
                .getBytes(StandardCharsets.UTF_8);
        records.foreachPartition(partition -> send(partition, header));
    }

    private void send(Iterator<Tuple2<K, V>> records, byte[] header) throws Exception {
        if (!records.hasNext()) {
            return;
        }
        List<Header> headers = List.of(new RecordHeader(PartWriter.HEADER, header));
        AtomicReference<Exception> failure = new AtomicReference<>();
        try (Producer<byte[], byte[]> open = Instruments.REAL.producer(producer)) {
            while (records.hasNext() && failure.get() == null) {
                RowBytes row = encoding.bytes(records.next());
                open.send(
                        new ProducerRecord<>(topic, null, row.key(), row.value(), headers),
                        (sent, e) -> failure.compareAndSet(null, e));
            }
            open.flush();
        }
        if (failure.get() != null) {
            throw failure.get();
        }
    }
}
