/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The writing of files that survive a power failure.
 *
 * <p>Odd but intended:
 *
 * <ul>
 *   <li>Files are written by streams, not channels, and what needs a channel begins again when an interrupt closes it.
 * </ul>
 */
@NullMarked
package dev.millrace.internal.files;

import org.jspecify.annotations.NullMarked;
