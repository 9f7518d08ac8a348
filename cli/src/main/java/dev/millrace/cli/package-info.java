/* SPDX-License-Identifier: Apache-2.0 */
/** The {@code millrace} command: one class a subcommand, each a small program on the public API. */
@NullMarked
package dev.millrace.cli;

import org.jspecify.annotations.NullMarked;
