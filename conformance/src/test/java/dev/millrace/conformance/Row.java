/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.conformance;

/** A record of a program's own type, which it declares. */
record Row(int number, String text) {
    static Row of(int number) {
        return new Row(number, "row " + number);
    }
}
