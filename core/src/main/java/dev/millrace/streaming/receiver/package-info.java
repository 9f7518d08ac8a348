/* SPDX-License-Identifier: Apache-2.0 */
/** Custom receivers: code of the program's own that takes data in from outside. */
@NullMarked
package dev.millrace.streaming.receiver;

import org.jspecify.annotations.NullMarked;
