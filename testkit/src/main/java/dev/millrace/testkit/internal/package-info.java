/* SPDX-License-Identifier: Apache-2.0 */
/** What the test driver puts into a program: inputs that tests fill, and observers of streams. */
@NullMarked
package dev.millrace.testkit.internal;

import org.jspecify.annotations.NullMarked;
