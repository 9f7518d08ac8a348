/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.benchmarks.kafka;

import dev.millrace.MillraceConf;
import dev.millrace.Tuple2;
import dev.millrace.streaming.DStream;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.PairDStream;
import dev.millrace.streaming.StateType;
import dev.millrace.streaming.StreamingContext;
import dev.millrace.streaming.kafka.Kafka;
import dev.millrace.streaming.kafka.SerializerSupplier;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.LongSerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Our side: a program with a checkpoint. It ends with its standard input. */
final class MillraceProgram {
    private static final Logger LOG = Logger.getLogger("dev.millrace"); // which is forgotten if nobody has it

    private MillraceProgram() {}

    /** PROGRAM SERVERS FROM TO DIRECTORY GROUP INTERVAL-MS RECORDS-A-BATCH-AND-PARTITION */
    public static void main(String[] arguments) throws Exception {
        LOG.setLevel(Level.WARNING);
        long interval = Long.parseLong(arguments[6]);
        MillraceConf conf = new MillraceConf()
                .setMaster("local[2]")
                .setAppName("peer of Kafka Streams")
                .set(
                        "millrace.streaming.kafka.maxRatePerPartition",
                        Long.toString(Long.parseLong(arguments[7]) * 1000 / interval));
        try (StreamingContext ssc = new StreamingContext(conf, Durations.milliseconds(interval))) {
            ssc.checkpoint(arguments[4]);
            Topics topics = new Topics(arguments[1], arguments[2], arguments[3], arguments[5]);
            build(ssc, Program.valueOf(arguments[0]), topics);
            ssc.start();
            Child.awaitEnd();
        }
        System.exit(0);
    }

    private record Topics(String servers, String from, String to, String group) {}

    private static void build(StreamingContext ssc, Program program, Topics topics) {
        DStream<ConsumerRecord<String, String>> records = ssc.from(Kafka.topic(topics.from())
                        .servers(topics.servers())
                        .group(topics.group())
                        .with("auto.offset.reset", "earliest")
                        .with("isolation.level", "read_committed")
                        .key(StringDeserializer::new)
                        .value(StringDeserializer::new))
                .named("records");
        switch (program) {
            case MAP_FILTER ->
                write(
                        records.filter(record -> Program.goesOn(record.value()))
                                .mapToPair(record -> Tuple2.of(record.key(), Program.change(record.value()))),
                        topics,
                        StringSerializer::new);
            case COUNT ->
                write(
                        records.mapToPair(record -> Tuple2.of(record.key(), 1L))
                                .reduceByKey(Long::sum)
                                .mapWithState(StateType.of("counts", Long.class), (time, key, more, state) -> {
                                    long count = state.orElse(0L) + more.orElse(0L);
                                    state.update(count);
                                    return Optional.of(Tuple2.of(key, count));
                                })
                                .mapToPair(counted -> counted),
                        topics,
                        LongSerializer::new);
            case COUNT_EACH ->
                write(
                        records.mapToPair(record -> Tuple2.of(record.key(), record.value()))
                                .mapWithState(StateType.of("counts", Long.class), (time, key, value, state) -> {
                                    long count = state.orElse(0L) + 1;
                                    state.update(count);
                                    return Optional.of(Tuple2.of(key, Program.counted(value.orElseThrow(), count)));
                                })
                                .mapToPair(counted -> counted),
                        topics,
                        StringSerializer::new);
        }
    }

    private static <V> void write(PairDStream<String, V> results, Topics topics, SerializerSupplier<V> serializer) {
        results.to(Kafka.to(topics.to())
                        .servers(topics.servers())
                        .key(StringSerializer::new)
                        .value(serializer))
                .named("results");
    }
}
