/* SPDX-License-Identifier: Apache-2.0 */
/** The options: each declared once, with key, unit, default, check and explanation. */
@NullMarked
package dev.millrace.internal.conf;

import org.jspecify.annotations.NullMarked;
