/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Real producers in which something is done at one of their steps, and a clock that tests set. */
class TestInstruments implements Instruments {
    private final AtomicLong nanos = new AtomicLong();

    /** Done before what is in doubt is ended. */
    void beforeInit() {}

    /** Done before a transaction is begun. */
    void beforeBegin() {}

    /** Done before a commit is asked for. */
    void beforeCommit() {}

    /** Done after a commit was answered. */
    void afterCommit() {}

    /** Done when the client has given up to wait for the answer to a commit. */
    void unanswered() {}

    void advance(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Override
    public Producer<byte[], byte[]> producer(Map<String, Object> settings) {
        return new Stepping(settings);
    }

    @Override
    public long nanos() {
        return nanos.get();
    }

    @Override
    public void pause(Duration time) {
        advance(time);
    }

    private final class Stepping extends KafkaProducer<byte[], byte[]> {
        Stepping(Map<String, Object> settings) {
            super(settings, new ByteArraySerializer(), new ByteArraySerializer());
        }

        @Override
        public void initTransactions() {
            beforeInit();
            super.initTransactions();
        }

        @Override
        public void beginTransaction() {
            beforeBegin();
            super.beginTransaction();
        }

        @Override
        public void commitTransaction() {
            beforeCommit();
            try {
                super.commitTransaction();
            } catch (TimeoutException e) {
                unanswered();
                throw e;
            }
            afterCommit();
        }
    }

    /** A mistake in the protocol: what a writer had in hand is ended only when it writes, and so after it has read receipts. */
    static Instruments fencingLate() {
        return new TestInstruments() {
            @Override
            public Producer<byte[], byte[]> producer(Map<String, Object> settings) {
                return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer()) {
                    private boolean isInitialized;

                    @Override
                    public void initTransactions() {
                        // later
                    }

                    @Override
                    public void beginTransaction() {
                        if (!isInitialized) {
                            super.initTransactions();
                            isInitialized = true;
                        }
                        super.beginTransaction();
                    }
                };
            }
        };
    }

    /** A mistake in the protocol: receipts are written beside the transaction of their rows. */
    static Instruments receiptsApart(Runnable beforeCommit) {
        return new TestInstruments() {
            @Override
            public Producer<byte[], byte[]> producer(Map<String, Object> settings) {
                return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer()) {
                    private boolean begins = true;

                    @Override
                    public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, Callback callback) {
                        if (!record.topic().startsWith("millrace-receipts-")) {
                            return super.send(record, callback);
                        }
                        settings.keySet().removeIf(key -> key.startsWith("transactional.id"));
                        try (KafkaProducer<byte[], byte[]> beside =
                                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
                            Future<RecordMetadata> sent = beside.send(record, callback);
                            sent.get(1, TimeUnit.MINUTES);
                            return sent;
                        } catch (Exception e) {
                            throw new AssertionError(e);
                        }
                    }

                    @Override
                    public void commitTransaction() {
                        if (begins) {
                            begins = false; // of the first receipt
                        } else {
                            beforeCommit.run();
                        }
                        super.commitTransaction();
                    }
                };
            }
        };
    }
}
