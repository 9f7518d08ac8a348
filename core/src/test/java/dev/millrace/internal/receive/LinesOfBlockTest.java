/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.receive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.error.MillraceException;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.conf.Malformed;
import dev.millrace.internal.io.ByteScan;
import dev.millrace.internal.io.MalformedInput;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The bytes of a block become lines. */
class LinesOfBlockTest {
    private static final int MOST = 8;

    private static List<String> read(Malformed policy, byte[] bytes, long from, long count) {
        BlockReading reading = new BlockReading(
                "lines", ValueCodec.builtIn(), new MalformedInput(policy, 10, "lines"), MOST, 1 << 20, true);
        List<String> lines = new ArrayList<>();
        new LinesOfBlock(bytes, reading, 7, from, count).forEachRemaining(lines::add);
        return lines;
    }

    private static List<String> read(Malformed policy, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return read(policy, bytes, 0, ByteScan.count(bytes, 0, bytes.length, (byte) '\n'));
    }

    private static byte[] malformed() {
        return "ok\nb\u00FFd\nok\n".getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void shouldCutOffOneCarriageReturnBeforeTheLineFeed() {
        assertThat(read(Malformed.FAIL, "a\r\n\r\nb\r\r\n\rc\n\n")).containsExactly("a", "", "b\r", "\rc", "");
    }

    @Test
    void shouldReadARunOfLines() {
        assertThat(read(Malformed.FAIL, "a\nb\nc\nd\n".getBytes(StandardCharsets.UTF_8), 1, 2))
                .containsExactly("b", "c");
    }

    @Test
    void shouldKeepAReplacementCharacterThatWasSent() {
        assertThat(read(Malformed.FAIL, "\uFFFD\n")).containsExactly("\uFFFD");
    }

    @Test
    void shouldReplaceBytesThatAreNotUtf8() {
        assertThat(read(Malformed.REPLACE, malformed(), 0, 3)).containsExactly("ok", "b\uFFFDd", "ok");
    }

    @Test
    void shouldNameThePlaceWhenBytesAreNotUtf8AndItIsToFail() {
        assertThatThrownBy(() -> read(Malformed.FAIL, malformed(), 0, 3))
                .isInstanceOf(MillraceException.class)
                .hasMessage("stream lines block 7 byte 4: the byte 0xff is not UTF-8 here; have the sender write UTF-8,"
                        + " or set millrace.streaming.socket.malformedInput to replace or quarantine");
    }

    @Test
    void shouldCutALineThatIsTooLongBetweenCharacters() {
        assertThat(read(Malformed.REPLACE, "12345678\n123456789\n1234567\u00FC\n"))
                .containsExactly("12345678", "12345678", "1234567");
    }

    @Test
    void shouldNameThePlaceWhenALineIsTooLongAndItIsToFail() {
        assertThatThrownBy(() -> read(Malformed.FAIL, "ok\n123456789\n"))
                .isInstanceOf(MillraceException.class)
                .hasMessage("stream lines block 7 byte 3: the line that starts here has more than 8 bytes; raise"
                        + " millrace.streaming.socket.maxLineBytes, or set millrace.streaming.socket.malformedInput to"
                        + " replace or quarantine");
    }
}
