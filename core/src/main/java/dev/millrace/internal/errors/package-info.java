/* SPDX-License-Identifier: Apache-2.0 */
/** What an error says, and what has caused it. Below all steps of the path of a batch; any thread. */
@NullMarked
package dev.millrace.internal.errors;

import org.jspecify.annotations.NullMarked;
