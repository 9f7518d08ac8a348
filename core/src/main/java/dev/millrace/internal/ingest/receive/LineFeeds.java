/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.ingest.receive;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Finds and counts line feeds, eight bytes at a time. */
public final class LineFeeds {
    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long FEEDS = 0x0A0A0A0A0A0A0A0AL;
    private static final long LOW_BITS = 0x7F7F7F7F7F7F7F7FL;

    private LineFeeds() {}

    /** The highest bit of each byte that is a line feed. */
    private static long feeds(byte[] bytes, int at) {
        long differing = (long) EIGHT.get(bytes, at) ^ FEEDS;
        return ~((differing & LOW_BITS) + LOW_BITS | differing | LOW_BITS);
    }

    /** How many there are. */
    public static int count(byte[] bytes, int from, int until) {
        int count = 0;
        int at = from;
        for (; at <= until - 8; at += 8) {
            count += Long.bitCount(feeds(bytes, at));
        }
        for (; at < until; at++) {
            count += bytes[at] == '\n' ? 1 : 0;
        }
        return count;
    }

    /** Where the first is, or -1. */
    public static int next(byte[] bytes, int from, int until) {
        int at = from;
        for (; at <= until - 8; at += 8) {
            long found = feeds(bytes, at);
            if (found != 0) {
                return at + Long.numberOfTrailingZeros(found) / 8;
            }
        }
        for (; at < until; at++) {
            if (bytes[at] == '\n') {
                return at;
            }
        }
        return -1;
    }

    /** Where the last is, or -1. */
    public static int last(byte[] bytes, int from, int until) {
        int at = until;
        for (; at >= from + 8; at -= 8) {
            long found = feeds(bytes, at - 8);
            if (found != 0) {
                return at - 1 - Long.numberOfLeadingZeros(found) / 8;
            }
        }
        while (--at >= from) {
            if (bytes[at] == '\n') {
                return at;
            }
        }
        return -1;
    }

    /** One more than where the {@code count}th is; {@code until} if there are fewer. */
    static int after(byte[] bytes, int from, int until, int count) {
        int at = from;
        for (int i = 0; i < count && at < until; i++) {
            int feed = next(bytes, at, until);
            at = feed < 0 ? until : feed + 1;
        }
        return at;
    }
}
