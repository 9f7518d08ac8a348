/* SPDX-License-Identifier: Apache-2.0 */
/** What a running program tells about itself: records, given to a StreamingListener in order. */
@NullMarked
package dev.millrace.streaming.event;

import org.jspecify.annotations.NullMarked;
