/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Random programs on real Spark Streaming, as the oracle of what each operation means: {@link
 * dev.millrace.conformance.oracle.SparkStreaming} runs them, {@link dev.millrace.conformance.oracle.AcceptedDifference} lists
 * where Millrace is meant to give something else.
 */
@NullMarked
package dev.millrace.conformance.oracle;

import org.jspecify.annotations.NullMarked;
