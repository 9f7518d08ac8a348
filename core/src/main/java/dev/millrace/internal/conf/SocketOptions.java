/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.conf;

import java.time.Duration;

/** The options of socket streams. */
public final class SocketOptions {
    public static final Option<Malformed> MALFORMED_INPUT = new Option<>(
            "millrace.streaming.socket.malformedInput",
            "fail, replace or quarantine",
            "replace",
            Malformed::parse,
            "What becomes of bytes from a socket that are not UTF-8, and of lines that are too long: the batch fails, or"
                    + " U+FFFD takes their place and lines are cut, or they are put aside. Encoded blocks that cannot be"
                    + " decoded are put aside or, with the other two, not stored.");

    public static final Option<Integer> MAX_LINE_BYTES = new Option<>(
            "millrace.streaming.socket.maxLineBytes",
            "bytes; k, m and g are understood",
            "1m",
            text -> (int) Math.min(Option.parseBytes(text), 1 << 29),
            "The longest line that comes from a socket, at most 512m; more of it is dropped, and reported to listeners.");

    public static final Option<Long> MAX_BLOCK_BYTES = Option.bytes(
            "millrace.streaming.socket.maxBlockBytes", "64m", "The largest block that a raw socket stream takes.");

    public static final Option<Duration> CONNECT_TIMEOUT = Option.duration(
            "millrace.streaming.socket.connectTimeout",
            "10s",
            Duration.ofMillis(1),
            "How long connecting a socket may take before it is tried again.");

    private SocketOptions() {}
}
