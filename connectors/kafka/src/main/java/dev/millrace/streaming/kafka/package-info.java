/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Kafka. Topics are read by ranges of offsets, which a thread of the source finds, a batch's plan holds, and tasks read. The types
 * have the names that the connector of Spark Streaming for Kafka 0.10 gave them; docs/guide/kafka.md shows them in use.
 */
@NullMarked
package dev.millrace.streaming.kafka;

import org.jspecify.annotations.NullMarked;
