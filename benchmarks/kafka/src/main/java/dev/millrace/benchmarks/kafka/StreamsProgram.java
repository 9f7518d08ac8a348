/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.benchmarks.kafka;

import java.time.Duration;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.processor.api.ContextualFixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorContext;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/** The other side: Kafka Streams, exactly once, of two threads. It ends with its standard input. */
final class StreamsProgram {
    private static final String STORE = "counts";
    private static final int TUNED_POLL = 5000; // records
    private static final int TUNED_BATCH = 1 << 17; // bytes
    private static final long TUNED_CACHE = 64L << 20;

    private StreamsProgram() {}

    /** PROGRAM SERVERS FROM TO DIRECTORY GROUP STORE COMMIT-MS; what is tuned has a commit interval, the default is 0 */
    public static void main(String[] arguments) throws Exception {
        Properties settings = new Properties();
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, arguments[1]);
        settings.put(StreamsConfig.STATE_DIR_CONFIG, arguments[4]);
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, arguments[5]);
        settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 2);
        settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
        long commitMillis = Long.parseLong(arguments[7]);
        if (commitMillis > 0) {
            settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, commitMillis);
            settings.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, TUNED_CACHE);
            settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), TUNED_POLL);
            settings.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), TUNED_BATCH);
        }
        boolean inMemory = arguments[6].equals("memory");
        KafkaStreams streams = new KafkaStreams(
                topology(Program.valueOf(arguments[0]), arguments[2], arguments[3], inMemory), settings);
        streams.setUncaughtExceptionHandler(failure -> {
            failure.printStackTrace();
            return org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse
                    .SHUTDOWN_CLIENT;
        });
        streams.start();
        Child.awaitEnd();
        streams.close(CloseOptions.timeout(Duration.ofSeconds(60))
                .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
        System.exit(0);
    }

    private static Topology topology(Program program, String from, String to, boolean inMemory) {
        StreamsBuilder builder = new StreamsBuilder();
        KStream<String, String> records = builder.stream(from, Consumed.with(Serdes.String(), Serdes.String()));
        KeyValueBytesStoreSupplier store =
                inMemory ? Stores.inMemoryKeyValueStore(STORE) : Stores.persistentKeyValueStore(STORE);
        switch (program) {
            case MAP_FILTER ->
                records.filter((key, value) -> Program.goesOn(value))
                        .mapValues(Program::change)
                        .to(to, Produced.with(Serdes.String(), Serdes.String()));
            case COUNT ->
                records.groupByKey()
                        .count(Materialized.<String, Long>as(store)
                                .withKeySerde(Serdes.String())
                                .withValueSerde(Serdes.Long()))
                        .toStream()
                        .to(to, Produced.with(Serdes.String(), Serdes.Long()));
            case COUNT_EACH -> {
                builder.addStateStore(Stores.keyValueStoreBuilder(store, Serdes.String(), Serdes.Long())
                        .withCachingEnabled());
                records.processValues(Counting::new, STORE).to(to, Produced.with(Serdes.String(), Serdes.String()));
            }
        }
        return builder.build();
    }

    /** A result for each record, which a KTable does not give. */
    private static final class Counting extends ContextualFixedKeyProcessor<String, String, String> {
        @SuppressWarnings("NullAway.Init") // by init
        private KeyValueStore<String, Long> counts;

        @Override
        public void init(FixedKeyProcessorContext<String, String> context) {
            super.init(context);
            counts = context.getStateStore(STORE);
        }

        @Override
        public void process(FixedKeyRecord<String, String> record) {
            Long before = counts.get(record.key());
            long count = before == null ? 1 : before + 1;
            counts.put(record.key(), count);
            context().forward(record.withValue(Program.counted(record.value(), count)));
        }
    }
}
