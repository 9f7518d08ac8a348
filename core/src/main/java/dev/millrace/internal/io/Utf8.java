/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** A second look at bytes that may not be UTF-8. */
public final class Utf8 {
    private Utf8() {}

    /** The index in the array of the first bytes that are not UTF-8; -1 if there are none. */
    public static int firstMalformed(byte[] bytes, int from, int length) {
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(bytes, from, length);
        CharBuffer out = CharBuffer.allocate(length + 1);
        return decoder.decode(in, out, true).isError() ? in.position() : -1;
    }
}
