/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.conf;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The options of the module for Kafka, which asks for them by their keys. */
final class KafkaOptions {
    private static final List<Option<?>> ALL = List.of(
            Option.rate(
                    "millrace.streaming.kafka.maxRatePerPartition",
                    "0",
                    "How many records a second a batch takes at most from each partition of a Kafka topic."),
            Option.number(
                    "millrace.streaming.kafka.minRatePerPartition",
                    "records a batch",
                    1,
                    0,
                    "How many records a batch takes at least from each partition of a Kafka topic that has them, whatever the rates say."),
            Option.flag(
                    "millrace.streaming.kafka.consumer.cache.enabled",
                    true,
                    "Whether a process keeps consumers of Kafka open between batches; otherwise each task opens one."),
            Option.number(
                    "millrace.streaming.kafka.consumer.cache.maxCapacity",
                    "consumers",
                    64,
                    1,
                    "How many consumers of Kafka a process keeps open between batches, one a partition."),
            Option.duration(
                    "millrace.streaming.kafka.consumer.poll.ms",
                    "60s",
                    Duration.ofMillis(1),
                    "How long a task waits for records of Kafka that must be there before it fails and is tried again; and how long"
                            + " runBatches and runAvailable wait for brokers or topics that are away."),
            new Option<>(
                    "millrace.streaming.kafka.lostOffsets",
                    "fail, earliest or latest",
                    "fail",
                    text -> oneOf(text, "fail", "earliest", "latest"),
                    "What becomes of offsets of Kafka that are not there any more, because retention has deleted their records, the log"
                            + " was cut or the topic was made again: the batch fails, or the stream goes on with what is there, or"
                            + " with what comes. Either is reported."),
            new Option<>(
                    "millrace.streaming.kafka.malformedInput",
                    "fail or quarantine",
                    "fail",
                    text -> Malformed.valueOf(oneOf(text, "fail", "quarantine").toUpperCase(Locale.ROOT)),
                    "What becomes of records of Kafka that do not deserialize: the batch fails, or they are put aside."));

    private KafkaOptions() {}

    /** Other options, and then these. */
    static List<Option<?>> behind(Option<?>... others) {
        return Stream.concat(Stream.of(others), ALL.stream()).toList();
    }

    private static String oneOf(String text, String... values) {
        if (List.of(values).contains(text)) {
            return text;
        }
        String last = values[values.length - 1];
        throw new IllegalArgumentException(
                String.join(", ", List.of(values).subList(0, values.length - 1)) + " or " + last);
    }
}
