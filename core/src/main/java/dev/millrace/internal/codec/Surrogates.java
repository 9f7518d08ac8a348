/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.codec;

import dev.millrace.error.CodecException;

/** Strings that are no text: with half a surrogate pair, which UTF-8 would turn into a question mark. */
final class Surrogates {
    private Surrogates() {}

    static boolean arePaired(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                if (i + 1 == text.length() || !Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1))) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }

    /** The code units, two bytes each, high byte first. */
    static byte[] units(String text) {
        byte[] units = new byte[2 * text.length()];
        for (int i = 0; i < text.length(); i++) {
            units[2 * i] = (byte) (text.charAt(i) >> 8);
            units[2 * i + 1] = (byte) text.charAt(i);
        }
        return units;
    }

    static String ofUnits(byte[] units) {
        if (units.length % 2 != 0) {
            throw new CodecException("damaged bytes: half a code unit of a string");
        }
        char[] chars = new char[units.length / 2];
        for (int i = 0; i < chars.length; i++) {
            chars[i] = (char) (units[2 * i] << 8 | units[2 * i + 1] & 0xFF);
        }
        return new String(chars);
    }
}
