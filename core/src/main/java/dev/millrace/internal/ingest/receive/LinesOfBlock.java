/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.ingest.receive;

import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** The lines of a block of text, decoded one at a time; line ends are cut off, malformed bytes replaced. */
final class LinesOfBlock implements Iterator<String> {
    private final byte[] bytes;
    private int start;

    LinesOfBlock(byte[] bytes, long skipped) {
        this.bytes = bytes;
        for (long i = 0; i < skipped; i++) {
            start = lineFeed() + 1;
        }
    }

    @Override
    public boolean hasNext() {
        return start < bytes.length;
    }

    @Override
    public String next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        int feed = lineFeed();
        int end = feed > start && bytes[feed - 1] == '\r' ? feed - 1 : feed;
        String line = new String(bytes, start, end - start, StandardCharsets.UTF_8);
        start = feed + 1;
        return line;
    }

    private int lineFeed() {
        int at = start;
        while (bytes[at] != '\n') { // each line has its own
            at++;
        }
        return at;
    }
}
