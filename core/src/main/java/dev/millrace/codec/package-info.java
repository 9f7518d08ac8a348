/* SPDX-License-Identifier: Apache-2.0 */
/** Annotations of types that are stored, so that data of an earlier version can be read by a later one. */
@NullMarked
package dev.millrace.codec;

import org.jspecify.annotations.NullMarked;
