/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runs;

/** Bytes behind their length, in an array of which they were read before. */
final class SizedBytes {
    private SizedBytes() {}

    /** The index at which the bytes begin whose length stands at {@code at}. */
    static int begin(byte[] array, int at) {
        int begin = at;
        while (array[begin++] < 0) {
            // the number goes on
        }
        return begin;
    }

    /** The length that stands at {@code at}. */
    static int length(byte[] array, int at) {
        int length = array[at] & 0x7F;
        for (int i = at, shift = 7; array[i] < 0; shift += 7) {
            length |= (array[++i] & 0x7F) << shift;
        }
        return length;
    }
}
