/* SPDX-License-Identifier: Apache-2.0 */
/** Measurements of whole programs against plain Java ones, each in processes of its own. */
@NullMarked
package dev.millrace.benchmarks;

import org.jspecify.annotations.NullMarked;
