/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.socket;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever the pieces in which text comes, the lines are the same. */
class LineCutterTest {
    /** The lines that were handed on, and the lengths of those that were cut. */
    private static final class Cut implements LineCutter.Sink {
        final List<String> lines = new ArrayList<>();
        final List<Long> tooLong = new ArrayList<>();

        @Override
        public void lines(byte[] bytes, int offset, int length, int count) {
            String text = new String(bytes, offset, length, StandardCharsets.ISO_8859_1);
            assertThat(text).endsWith("\n");
            List<String> all =
                    Arrays.asList(text.substring(0, text.length() - 1).split("\n", -1));
            assertThat(count).isEqualTo(all.size());
            lines.addAll(all);
        }

        @Override
        public void tooLong(long bytes) {
            tooLong.add(bytes);
        }
    }

    /** A stream whose reads bring these pieces, one each. */
    private static InputStream pieces(List<byte[]> pieces) {
        return new InputStream() {
            private int next;
            private InputStream piece = nullInputStream();

            @Override
            public int read() {
                throw new UnsupportedOperationException("byte by byte would be slow");
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                while (piece.available() == 0 && next < pieces.size()) {
                    piece = new ByteArrayInputStream(pieces.get(next++));
                }
                return piece.read(bytes, offset, length);
            }
        };
    }

    private static Cut cut(int most, List<byte[]> pieces) throws IOException {
        Cut cut = new Cut();
        LineCutter cutter = new LineCutter(most, cut);
        InputStream in = pieces(pieces);
        while (cutter.readFrom(in)) {
            // until the end
        }
        return cut;
    }

    private static Cut expected(int most, String text) {
        Cut cut = new Cut();
        List<String> lines = new ArrayList<>(Arrays.asList(text.split("\n", -1)));
        if (lines.get(lines.size() - 1).isEmpty()) {
            lines.remove(lines.size() - 1); // the text ended with a line feed, or was empty
        }
        for (String line : lines) {
            cut.lines.add(line.substring(0, Math.min(line.length(), most + 1)));
            if (line.length() > most) {
                cut.tooLong.add((long) line.length());
            }
        }
        return cut;
    }

    private static void check(int most, String text, List<byte[]> pieces, String as) throws IOException {
        Cut cut = cut(most, pieces);
        Cut expected = expected(most, text);
        assertThat(cut.lines).as(as).isEqualTo(expected.lines);
        assertThat(cut.tooLong).as(as).isEqualTo(expected.tooLong);
    }

    @Test
    void shouldGiveTheSameLinesWhereverReadsEnd() throws IOException {
        String text = "ab\r\n\nc\nlonger\nd";
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        for (int first = 0; first <= bytes.length; first++) {
            for (int second = first; second <= bytes.length; second++) {
                List<byte[]> pieces = List.of(
                        Arrays.copyOf(bytes, first),
                        Arrays.copyOfRange(bytes, first, second),
                        Arrays.copyOfRange(bytes, second, bytes.length));
                check(4, text, pieces, "cut at " + first + " and " + second);
                check(100, text, pieces, "cut at " + first + " and " + second);
            }
        }
    }

    @Test
    void shouldGiveTheSameLinesAsAModelWhenTextAndReadsAreRandom() throws IOException {
        for (long seed = 0; seed < 5_000; seed++) {
            Random random = new Random(seed);
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(60); i > 0; i--) {
                text.append(random.nextInt(6) == 0 ? '\n' : (char) ('a' + random.nextInt(26)));
            }
            byte[] bytes = text.toString().getBytes(StandardCharsets.ISO_8859_1);
            List<byte[]> pieces = new ArrayList<>();
            for (int at = 0; at < bytes.length; ) {
                int next = Math.min(bytes.length, at + 1 + random.nextInt(20));
                pieces.add(Arrays.copyOfRange(bytes, at, next));
                at = next;
            }
            check(1 + random.nextInt(12), text.toString(), pieces, "seed " + seed);
        }
    }

    @Test
    void shouldCutLinesThatAreLongerThanTheBuffer() throws IOException {
        String text = "a\n" + "x".repeat(3_000_000) + "\nb\n" + "y".repeat(400_000) + "\n" + "z".repeat(300_001);

        check(300_000, text, List.of(text.getBytes(StandardCharsets.ISO_8859_1)), "long lines");
        check(1_000_000, text, List.of(text.getBytes(StandardCharsets.ISO_8859_1)), "one long line");
    }
}
