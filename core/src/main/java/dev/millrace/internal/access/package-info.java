/* SPDX-License-Identifier: Apache-2.0 */
/** The one door between public handles and the nodes inside them. */
@NullMarked
package dev.millrace.internal.access;

import org.jspecify.annotations.NullMarked;
