/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Panes, each the records of one batch, and windows made of them. A window is changed in place from slide to slide, and built
 * again from its panes when anything failed: panes alone are durable. When memory is short, it is built again on disk. Both engines run
 * the programs in here.
 *
 * <p>Odd but intended:
 *
 * <ul>
 *   <li>Keys of a window stand in the order of their latest arrival, and turn at different slides, so that no slide
 *       pays for all.
 *   <li>Contents that move to disk or back are forgotten, not converted; on disk they are rows in buckets by the hash of the key,
 *       merged by arrival.
 * </ul>
 */
@NullMarked
package dev.millrace.internal.window;

import org.jspecify.annotations.NullMarked;
