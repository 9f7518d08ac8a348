/* SPDX-License-Identifier: Apache-2.0 */
/**
 * A program that lives long among hostile peers. {@link dev.millrace.soak.HostilePeersSoakTest} starts a
 * {@link dev.millrace.soak.SoakProgram} as a {@link dev.millrace.soak.SoakProcess}, again and again;
 * {@link dev.millrace.soak.Surroundings} are those it has to do with, {@link dev.millrace.soak.Recount} counts again what it
 * has put out, and {@link dev.millrace.soak.Flatness} judges the {@link dev.millrace.soak.Sample}s that it has told.
 */
package dev.millrace.soak;
