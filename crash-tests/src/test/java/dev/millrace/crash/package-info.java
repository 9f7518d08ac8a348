/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Whole processes that die and are started again. A {@link dev.millrace.crash.CrashRun} starts a program as a child
 * process, ends it at a {@link dev.millrace.crash.Death}, and starts it again until it is done; its
 * {@link dev.millrace.crash.Outcome} must equal that of a run that nobody ended.
 */
package dev.millrace.crash;
