/* SPDX-License-Identifier: Apache-2.0 */
/** Messages and causes of errors. Below all steps of the path of a batch; any thread. */
@NullMarked
package dev.millrace.internal.errors;

import org.jspecify.annotations.NullMarked;
