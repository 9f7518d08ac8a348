/* SPDX-License-Identifier: Apache-2.0 */
/** Looking at bytes of text, and the treatment of malformed input, for all that reads text. */
@NullMarked
package dev.millrace.internal.io;

import org.jspecify.annotations.NullMarked;
