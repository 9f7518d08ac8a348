/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Kafka. Topics are read by ranges of offsets, which a thread of the source finds, a batch's plan holds, and tasks read. The types
 * have the names that the connector of Spark Streaming for Kafka 0.10 gave them; docs/guide/kafka.md shows them in use.
 *
 * <p>An output writes a batch that is decided in transactions: {@link dev.millrace.streaming.kafka.KafkaOutput}, whose protocol is in {@code
 * PartWriter}; docs/guide/kafka-output.md tells what it guarantees.
 */
@NullMarked
package dev.millrace.streaming.kafka;

import org.jspecify.annotations.NullMarked;
