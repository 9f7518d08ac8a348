/* SPDX-License-Identifier: Apache-2.0 */
/** The parts that the packages of step 1 share: looking at bytes, and the treatment of malformed input. */
@NullMarked
package dev.millrace.internal.ingest;

import org.jspecify.annotations.NullMarked;
