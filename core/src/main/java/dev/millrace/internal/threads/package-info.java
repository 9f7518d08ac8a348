/* SPDX-License-Identifier: Apache-2.0 */
/** Where a program does its work: on threads of the process, or in steps that a simulation makes one after the other. */
@NullMarked
package dev.millrace.internal.threads;

import org.jspecify.annotations.NullMarked;
