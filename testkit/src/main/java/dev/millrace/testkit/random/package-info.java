/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Random programs over random batches, compared with the reference model and shrunk when they differ: start with {@link
 * dev.millrace.testkit.random.RandomCheck}.
 */
@NullMarked
package dev.millrace.testkit.random;

import org.jspecify.annotations.NullMarked;
