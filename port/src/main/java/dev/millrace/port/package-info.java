/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Recipes of OpenRewrite that bring programs for Spark Streaming's Java API to Millrace.
 *
 * <p>{@code META-INF/rewrite/from-spark-streaming.yml} lists them in their order. Those in this package work on the original's types: each does one
 * idiom that is more than another name of a type. Types and packages are changed after them, by OpenRewrite's own recipes, and at the end comments mark
 * what is left. The names that are absent and the keys that exist are read from the pages of the documentation, which are in the jar.
 */
@NullMarked
package dev.millrace.port;

import org.jspecify.annotations.NullMarked;
