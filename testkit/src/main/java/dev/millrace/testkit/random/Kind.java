/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.random;

/** The type of the records of a stream: small integers, short words, or pairs of a word and an integer. */
public enum Kind {
    NUMBERS,
    WORDS,
    PAIRS
}
