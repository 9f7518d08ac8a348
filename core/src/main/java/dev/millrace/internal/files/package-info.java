/* SPDX-License-Identifier: Apache-2.0 */
/** What it takes for files to survive a power failure. */
@NullMarked
package dev.millrace.internal.files;

import org.jspecify.annotations.NullMarked;
