/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.operators;

/** Copies of arrays that have the elements in another order: those at these places are the first, the second, and so on. */
final class Reordered {
    private Reordered() {}

    /** Each place is that of two elements side by side. */
    static Object[] pairs(Object[] elements, int[] places) {
        Object[] reordered = new Object[elements.length];
        for (int i = 0; i < places.length; i++) {
            reordered[2 * i] = elements[2 * places[i]];
            reordered[2 * i + 1] = elements[2 * places[i] + 1];
        }
        return reordered;
    }

    static int[] numbers(int[] elements, int[] places) {
        int[] reordered = new int[elements.length];
        for (int i = 0; i < places.length; i++) {
            reordered[i] = elements[places[i]];
        }
        return reordered;
    }
}
