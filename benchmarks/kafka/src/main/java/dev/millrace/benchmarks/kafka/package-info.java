/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Measurements of programs from topic to topic against Kafka Streams of the same version, exactly once on both sides. The broker and each
 * program are processes of their own; the measuring process only writes records, reads what comes, and asks how far a program is.
 */
@NullMarked
package dev.millrace.benchmarks.kafka;

import org.jspecify.annotations.NullMarked;
