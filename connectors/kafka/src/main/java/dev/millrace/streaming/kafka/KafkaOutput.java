/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import dev.millrace.Tuple2;
import dev.millrace.function.VoidFunction2;
import dev.millrace.rdd.PairRDD;
import dev.millrace.spi.OutputBatch;
import dev.millrace.spi.OutputPart;
import dev.millrace.spi.OutputRun;
import dev.millrace.spi.PartedOutput;
import dev.millrace.spi.RowEncoder;
import dev.millrace.streaming.BatchTime;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/**
 * Records into a topic of Kafka, exactly once: for {@code stream.to(...)}, made by {@link Kafka#to}. Each method of a setting gives an output
 * that differs from this one in one thing. A reader with {@code isolation.level=read_committed} sees each batch once; in order of batches for
 * each key, and within a batch in order if a key lives in one partition.
 *
 * <p>Each record has a header {@code millrace} of {@code CHECKPOINT/BATCH/PART/OUTPUT}, the batch in ms. Receipts are in a topic of
 * their own, which the output makes: {@code millrace-receipts-TOPIC}.
 *
 * @param <K> the type of the keys, which may be null
 * @param <V> the type of the values, which may be null
 */
public final class KafkaOutput<K, V> implements PartedOutput<Tuple2<K, V>> {
    private final OutputSettings settings;
    private final SerializerSupplier<K> key;
    private final SerializerSupplier<V> value;
    private final Instruments instruments;
    private volatile @Nullable KafkaWriters open;
    private final AtomicInteger refused = new AtomicInteger(); // programs that will say close, and may not open it
    private volatile @Nullable Receipts told; // to a start, which asks several times

    KafkaOutput(
            OutputSettings settings, SerializerSupplier<K> key, SerializerSupplier<V> value, Instruments instruments) {
        this.settings = settings;
        this.key = key;
        this.value = value;
        this.instruments = instruments;
    }

    private KafkaOutput<K, V> with(OutputSettings other) {
        return new KafkaOutput<>(other, key, value, instruments);
    }

    KafkaOutput<K, V> with(Instruments others) {
        return new KafkaOutput<>(settings, key, value, others);
    }

    /** Writes to these brokers, such as {@code a:9092,b:9092}; the same as the setting {@code bootstrap.servers}. */
    public KafkaOutput<K, V> servers(String servers) {
        return with(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, servers);
    }

    /** Sets one of the settings of a Kafka producer, such as {@code compression.type} or {@code security.protocol}. */
    public KafkaOutput<K, V> with(String setting, Object to) {
        return with(settings.with(setting, to));
    }

    /** Makes the bytes of keys, by {@code StringSerializer::new} for example. */
    public <T> KafkaOutput<T, V> key(SerializerSupplier<T> serializer) {
        return new KafkaOutput<>(settings, serializer, value, instruments);
    }

    /** Makes the bytes of values, by {@code () -> new JsonSerializer<>()} for example. */
    public <T> KafkaOutput<K, T> value(SerializerSupplier<T> serializer) {
        return new KafkaOutput<>(settings, key, serializer, instruments);
    }

    /**
     * Writes each batch by so many producers at once; 1 by default. With more than one a batch is not one transaction, but one for each of
     * them.
     */
    public KafkaOutput<K, V> writers(int number) {
        return with(settings.writers(atLeastOne(number)));
    }

    /** Allows several transactions for a batch that has more rows; by default a writer puts all its rows into one. */
    public KafkaOutput<K, V> rowsPerTransaction(long rows) {
        return with(settings.rowsPerTransaction(atLeastOne(rows)));
    }

    private static <N extends Number> N atLeastOne(N number) {
        if (number.longValue() < 1) {
            throw new IllegalArgumentException(number + " is less than 1");
        }
        return number;
    }

    /** Has the receipts in this topic; it may be that of other outputs too. */
    public KafkaOutput<K, V> receipts(String topic) {
        return with(settings.receipts(topic));
    }

    /** Goes on though receipts are lost, so that readers may see the last batch twice; {@code lost} is what the refusal names. */
    public KafkaOutput<K, V> acceptLostReceipts(String lost) {
        return with(settings.lost(lost));
    }

    /**
     * Allows a roll back past batches that are published. Kafka cannot take records back, so readers see those of before and those of the
     * batch that runs again.
     */
    public KafkaOutput<K, V> acceptRollBack() {
        return with(settings.acceptingRollBack());
    }

    /** How long a writer tries again while brokers are away; five minutes by default. Then the line stops. */
    public KafkaOutput<K, V> patience(Duration time) {
        return with(settings.patience(time));
    }

    /**
     * The same records at least once, cheaper: for {@code stream.foreachBatch(...)}. Tasks send them at once, by producers that are
     * idempotent and have no transactions; a batch or a task that runs again sends its records again.
     *
     * @throws IllegalArgumentException if no producer can be made of the Kafka settings
     */
    public VoidFunction2<PairRDD<K, V>, OutputBatch> atLeastOnce() {
        try {
            settings.checked();
        } catch (ConfigException e) {
            throw new IllegalArgumentException(e.getMessage() + "; correct the Kafka settings of the output", e);
        }
        return new AtLeastOnce<>(
                new Encoding<>(key, value, settings.topic(), settings.kafka(), Long.MAX_VALUE, ""),
                settings.topic(),
                settings.producer());
    }

    /** The first questions of a process load the clients' classes, which takes longer than the answers. */
    @Override
    public void prepare() {
        Thread asking = new Thread(new ReceiptTopic(settings)::tryToRead, "millrace-kafka-first");
        asking.setDaemon(true);
        asking.start();
    }

    @Override
    public void open(OutputRun run) throws Exception {
        KafkaWriters former = open;
        if (former != null) {
            refused.incrementAndGet();
            former.mustNotBeOf(run, this);
            refused.decrementAndGet();
        }
        close();
        KafkaWriters writers = new KafkaWriters(settings, run, instruments);
        open = writers;
        told = writers.open();
    }

    @Override
    public boolean isInterruptible() {
        return true;
    }

    @Override
    public void close() {
        if (refused.getAndUpdate(number -> Math.max(0, number - 1)) > 0) {
            return; // of the program that was refused, which has nothing open
        }
        KafkaWriters writers = open;
        open = null;
        told = null;
        if (writers != null) {
            writers.close();
        }
    }

    private KafkaWriters writers() {
        return Objects.requireNonNull(open, "the output is not open");
    }

    @Override
    public int parts() {
        return settings.writers();
    }

    @Override
    public String place() {
        return writers().place().toString();
    }

    @Override
    public RowEncoder<Tuple2<K, V>> encoder() {
        KafkaWriters writers = writers();
        return new Encoding<>(
                key, value, settings.topic(), settings.kafka(), writers.mostRecordBytes(), writers.limit());
    }

    @Override
    public boolean isPublished(OutputPart part) throws Exception {
        return writers().isPublished(part);
    }

    @Override
    public void write(OutputPart part, Iterable<byte[]> rows) throws Exception {
        told = null;
        writers().write(part, rows);
    }

    @Override
    public void retract(OutputBatch batch) throws Exception {
        if (!settings.acceptsRollBack()) {
            throw new UnsupportedOperationException("the output \"" + batch.outputName() + "\" (" + this
                    + ") cannot take back batch " + batch.time()
                    + ": Kafka keeps what readers may have seen. Roll back to that batch or a later one; or have the"
                    + " batches published again beside what is there with acceptRollBack()");
        }
        told = null;
        writers().takeBack(batch);
    }

    @Override
    public List<OutputBatch> receipts(String outputName, BatchTime after) throws Exception {
        Receipts receipts = told;
        if (receipts == null) {
            KafkaWriters writers = open;
            ReceiptTopic topic = new ReceiptTopic(settings);
            receipts = writers == null
                    ? new AskingAgain(settings, instruments).ask(outputName, topic::readWhatIsThere)
                    : writers.readStable();
            told = receipts;
        }
        return receipts.seen(settings.topic(), outputName, after);
    }

    @Override
    public String toString() {
        return "the topic " + settings.topic();
    }
}
