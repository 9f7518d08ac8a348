/* SPDX-License-Identifier: Apache-2.0 */
/** Inputs that tests fill and observers of streams, which the test driver puts into a program. */
@NullMarked
package dev.millrace.testkit.internal;

import org.jspecify.annotations.NullMarked;
