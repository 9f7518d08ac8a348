/* SPDX-License-Identifier: Apache-2.0 */
/** Tests of stream programs, for their authors: start with {@link dev.millrace.testkit.StreamTestDriver}. */
@NullMarked
package dev.millrace.testkit;

import org.jspecify.annotations.NullMarked;
