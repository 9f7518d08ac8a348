/* SPDX-License-Identifier: Apache-2.0 */
/** The parts that the test driver puts into a program: inputs that tests fill, observers of streams, and an engine that looks for what is not portable. */
@NullMarked
package dev.millrace.testkit.internal;

import org.jspecify.annotations.NullMarked;
