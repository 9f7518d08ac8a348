/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.random;

/** What the records of a stream are: small integers, short words, or pairs of a word and an integer. */
public enum Kind {
    NUMBERS,
    WORDS,
    PAIRS
}
