/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Bytes for every path: state, journal, Spark's wire. One self-describing, versioned format of declared types; described
 * in docs/formats/codec.md. Also which keys may be kept: those that their own methods and their bytes tell apart in the same way.
 */
@NullMarked
package dev.millrace.internal.codec;

import org.jspecify.annotations.NullMarked;
