/* SPDX-License-Identifier: Apache-2.0 */
/** Files of checked frames, in which an append that was cut off can be told from damage: journals, snapshots, logs. */
@NullMarked
package dev.millrace.internal.frames;

import org.jspecify.annotations.NullMarked;
