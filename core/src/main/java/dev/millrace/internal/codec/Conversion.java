/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.codec;

/** Turns a stored value into one of the type that its component has today. Never given null. */
interface Conversion {
    Object apply(Object stored);
}
