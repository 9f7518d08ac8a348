/* SPDX-License-Identifier: Apache-2.0 */
/** What the packages of step 1 share: looking at bytes, and what becomes of input that is malformed. */
@NullMarked
package dev.millrace.internal.ingest;

import org.jspecify.annotations.NullMarked;
