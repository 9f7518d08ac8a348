/* SPDX-License-Identifier: Apache-2.0 */
/** The shapes of user code: one method {@code call}, serializable, free to throw. */
@NullMarked
package dev.millrace.function;

import org.jspecify.annotations.NullMarked;
