/* SPDX-License-Identifier: Apache-2.0 */
/** Generators of input for the examples, the command and measurements. */
@NullMarked
package dev.millrace.examples.data;

import org.jspecify.annotations.NullMarked;
