/* SPDX-License-Identifier: Apache-2.0 */
/** The seams of Millrace: what file stores, sources, outputs and clocks implement. */
@NullMarked
package dev.millrace.spi;

import org.jspecify.annotations.NullMarked;
