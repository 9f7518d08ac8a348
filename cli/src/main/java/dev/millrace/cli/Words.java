/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import java.util.Iterator;
import java.util.NoSuchElementException;

/** The words of a line, cut at the white space of ASCII and found one at a time. */
final class Words implements Iterator<String> {
    private final String line;
    private int start;

    Words(String line) {
        this.line = line;
        start = skipSpace(0);
    }

    @Override
    public boolean hasNext() {
        return start < line.length();
    }

    @Override
    public String next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        int end = start + 1;
        while (end < line.length() && !isSpace(line.charAt(end))) {
            end++;
        }
        String word = line.substring(start, end);
        start = skipSpace(end);
        return word;
    }

    private int skipSpace(int from) {
        int at = from;
        while (at < line.length() && isSpace(line.charAt(at))) {
            at++;
        }
        return at;
    }

    private static boolean isSpace(char c) {
        return c == ' ' || (c >= '\t' && c <= '\r');
    }
}
