/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Bugs that are planted into the core by changes of its byte code, so that tests can show that they would be found. The core
 * has nothing for it.
 */
@NullMarked
package dev.millrace.testkit.planted;

import org.jspecify.annotations.NullMarked;
