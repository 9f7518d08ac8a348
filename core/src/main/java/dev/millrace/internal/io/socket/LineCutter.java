/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.socket;

import dev.millrace.internal.io.ByteScan;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Cuts what comes in chunks after line feeds. The line that is open stays in the buffer until its end has come. Of a line
 * with more bytes than one may have, one byte more is handed on, so that the decoder sees that it is too long, and
 * the rest is dropped: the buffer has a bound. Belongs to one thread.
 */
final class LineCutter {
    private static final byte FEED = '\n';
    private static final int CHUNK = 128 * 1024; // a read of the JDK's sockets brings no more

    /** Takes what was cut. */
    interface Sink {
        /** Whole lines, each with its line feed; the bytes are the cutter's again afterwards. */
        void lines(byte[] bytes, int offset, int length, int count);

        /** A line of so many bytes was handed on, cut. */
        void tooLong(long bytes);
    }

    private final int most;
    private final Sink sink;
    private byte[] buffer = new byte[CHUNK];
    private int end; // of the bytes in the buffer, which begin with the open line
    private long dropped; // bytes of the open line that are not in the buffer

    /**
     * @param most how many bytes a line may have without its line feed
     */
    LineCutter(int most, Sink sink) {
        this.most = most;
        this.sink = sink;
    }

    /** Reads once; false at the end of the stream, where an open line ends too. */
    boolean readFrom(InputStream in) throws IOException {
        if (buffer.length - end < CHUNK / 2) {
            buffer = Arrays.copyOf(buffer, 2 * buffer.length);
        }
        int read = in.read(buffer, end, buffer.length - end - 1); // the last place is for a line feed
        if (read < 0) {
            endOpenLine();
            return false;
        }
        int from = end;
        end += read;
        int next = ByteScan.lastIndexOf(buffer, from, end, FEED) + 1;
        if (next > 0) {
            cut(0, next);
            end -= next;
            System.arraycopy(buffer, next, buffer, 0, end);
        }
        if (end > most + 1) {
            dropped += end - (most + 1);
            end = most + 1;
        }
        return true;
    }

    private void endOpenLine() {
        if (end > 0) {
            buffer[end] = FEED;
            cut(0, end + 1);
            end = 0;
        }
    }

    /** Hands on whole lines, of which the first may have lost bytes before. */
    private void cut(int from, int until) {
        int start = from;
        for (int at = tooLong(start, until); at >= 0; at = tooLong(start, until)) {
            if (at > start) {
                hand(start, at);
            }
            int feed = ByteScan.indexOf(buffer, at + most + 1, until, FEED);
            buffer[at + most + 1] = FEED;
            hand(at, at + most + 2);
            sink.tooLong(feed - at + dropped);
            dropped = 0;
            start = feed + 1;
        }
        if (start < until) {
            hand(start, until);
        }
    }

    private void hand(int from, int until) {
        sink.lines(buffer, from, until - from, ByteScan.count(buffer, from, until, FEED));
    }

    /** The index at which the first line begins that is too long, or -1. Looks at the last line feed that may end each stretch only. */
    private int tooLong(int from, int until) {
        int start = from;
        while (until - start > most + 1) {
            int feed = ByteScan.lastIndexOf(buffer, start, start + most + 1, FEED);
            if (feed < 0) {
                return start;
            }
            start = feed + 1;
        }
        return -1;
    }
}
