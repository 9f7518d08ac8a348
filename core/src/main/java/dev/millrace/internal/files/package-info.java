/* SPDX-License-Identifier: Apache-2.0 */
/** The writing of files that survive a power failure. */
@NullMarked
package dev.millrace.internal.files;

import org.jspecify.annotations.NullMarked;
