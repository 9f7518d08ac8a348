/* SPDX-License-Identifier: Apache-2.0 */
/** The events of a running program: records, given to a StreamingListener in order. */
@NullMarked
package dev.millrace.streaming.event;

import org.jspecify.annotations.NullMarked;
