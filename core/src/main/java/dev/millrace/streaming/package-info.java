/* SPDX-License-Identifier: Apache-2.0 */
/** Discretized streams: a live stream cut into small batches, each an RDD. A program starts with a StreamingContext. */
@NullMarked
package dev.millrace.streaming;

import org.jspecify.annotations.NullMarked;
