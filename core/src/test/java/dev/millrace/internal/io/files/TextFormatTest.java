/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.millrace.error.MillraceException;
import dev.millrace.internal.conf.Malformed;
import dev.millrace.internal.io.MalformedInput;
import dev.millrace.internal.operators.TaskPlace;
import dev.millrace.internal.operators.TaskScope;
import dev.millrace.spi.JobLabel;
import dev.millrace.spi.QuarantinedRecord;
import dev.millrace.streaming.BatchTime;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextFormatTest {
    private final FileSystem memory = Jimfs.newFileSystem(
            Configuration.unix().toBuilder().setWorkingDirectory("/data").build());
    private int maxLineBytes = 1 << 20;

    @AfterEach
    void close() throws IOException {
        memory.close();
    }

    record Read(List<String> lines, List<QuarantinedRecord> aside) {
        List<String> places() {
            return aside.stream()
                    .map(record -> record.place().replaceAll("jimfs://[^/]*", ""))
                    .toList();
        }
    }

    private Read read(String name, byte[] content, long piece, Malformed policy) throws Exception {
        Path file = memory.getPath("/data", name);
        Files.write(file, content);
        TextFormat format = new TextFormat(new MalformedInput(policy, 100, "test"), maxLineBytes);
        List<List<FileSplit>> partitions =
                SplitPlan.pieces(FilePaths.text(file), content.length, format.splitUnit(file), piece).stream()
                        .map(List::of)
                        .toList();
        SplitFiles<String> files = new SplitFiles<>(format, new MalformedInput(policy, 100, "test"), partitions);
        List<String> lines = new ArrayList<>();
        List<QuarantinedRecord> aside = new ArrayList<>();
        for (int partition = 0; partition < files.partitions(); partition++) {
            JobLabel label = new JobLabel(new BatchTime(1000), null);
            try (TaskScope scope =
                    TaskScope.open(new TaskPlace(label, 0, 0, partition, () -> 1, 0, 0, key -> null), () -> false)) {
                scope.leaf(files.read(partition)).forEachRemaining(lines::add);
                scope.observation().quarantined().forEach(aside::add);
            }
        }
        return new Read(lines, aside);
    }

    private Read whole(byte[] content, Malformed policy) throws Exception {
        return read("f", content, Long.MAX_VALUE, policy);
    }

    private void refused(String name, byte[] content, String message) {
        assertThatThrownBy(() -> read(name, content, Long.MAX_VALUE, Malformed.FAIL))
                .isInstanceOf(MillraceException.class)
                .satisfies(error -> assertThat(error.getMessage().replaceAll("jimfs://[^/]*", ""))
                        .isEqualTo(message));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    /** The lines of a text by the book: ends are LF or CRLF, and no line follows the last end. */
    private static List<String> model(String text) {
        List<String> lines = new ArrayList<>(Arrays.asList(text.split("\n", -1)));
        if (lines.get(lines.size() - 1).isEmpty()) {
            lines.remove(lines.size() - 1);
        }
        lines.replaceAll(line -> line.endsWith("\r") ? line.substring(0, line.length() - 1) : line);
        return lines;
    }

    @Test
    void shouldGiveTheSameLinesHoweverAFileIsCut() throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        List<String> alphabet =
                List.of("a", "bc", "\u00e9", "\ud834\udd1e", "\n", "\n", "\r\n", "\r", "\ufffd", "x".repeat(40));
        for (int round = 0; round < 300; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(30); i >= 0; i--) {
                text.append(alphabet.get(random.nextInt(alphabet.size())));
            }
            byte[] content = utf8((random.nextInt(4) == 0 ? "\ufeff" : "") + text);
            long piece = 1 + random.nextInt(content.length + 1);
            assertThat(read("f", content, piece, Malformed.FAIL).lines())
                    .as("seed %d, round %d, pieces of %d", seed, round, piece)
                    .isEqualTo(model(text.toString()));
        }
    }

    @Test
    void shouldReplaceWhatIsMalformedAsTheJdkDoesWhenAsked() throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            byte[] content = new byte[1 + random.nextInt(60)];
            random.nextBytes(content);
            content[0] = 'a'; // no byte order mark
            String expected = new String(content, StandardCharsets.UTF_8).replace('\0', '\ufffd');
            assertThat(read("f", content, 1 + random.nextInt(60), Malformed.REPLACE)
                            .lines())
                    .as("seed %d, round %d", seed, round)
                    .isEqualTo(model(expected));
        }
    }

    @Test
    void shouldReadLinesAcrossTheBuffer() throws Exception {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            lines.add("x".repeat(i * 1000) + i);
        }
        byte[] content = utf8(String.join("\n", lines));
        assertThat(whole(content, Malformed.FAIL).lines()).isEqualTo(lines);
        assertThat(read("f", content, 100_000, Malformed.FAIL).lines()).isEqualTo(lines);
    }

    @Test
    void shouldTellFileByteAndChangeWhenBytesAreNotUtf8() {
        refused(
                "f",
                bytes("61 62 0a 63 e9 64 0a"),
                "file /data/f byte 4: the byte 0xe9 is not UTF-8 here; save the file as UTF-8 text, or set"
                        + " millrace.streaming.fileStream.malformedInput to replace or quarantine");
    }

    @Test
    void shouldTellFileByteAndChangeWhenThereIsANul() {
        refused(
                "f",
                bytes("61 0a 62 00 63"),
                "file /data/f byte 3: the byte is 0, so this is binary data or UTF-16; save the file as UTF-8 text, or"
                        + " set millrace.streaming.fileStream.malformedInput to replace or quarantine");
    }

    @Test
    void shouldPutMalformedLinesAsideWhenAsked() throws Exception {
        Read read = whole(bytes("61 0a e9 62 0a 00 63 0a 64"), Malformed.QUARANTINE);
        assertThat(read.lines()).containsExactly("a", "d");
        assertThat(read.places()).containsExactly("file /data/f byte 2", "file /data/f byte 5");
        assertThat(read.aside()).extracting(QuarantinedRecord::raw).containsExactly(bytes("e9 62"), bytes("00 63"));
    }

    @ParameterizedTest
    @CsvSource({
        "ff fe 61 00, 'is UTF-16, by its byte order mark; save it as UTF-8'",
        "fe ff 00 61, 'is UTF-16, by its byte order mark; save it as UTF-8'",
        "ff fe 00 00 61 00 00 00, 'is UTF-32, by its byte order mark; save it as UTF-8'",
        "00 00 fe ff 00 00 00 61, 'is UTF-32, by its byte order mark; save it as UTF-8'",
        "1f 8b 08 00, 'is compressed with gzip; end its name with .gz'",
        "50 4b 03 04, 'is a zip file; unpack it before it is moved into the directory'",
        "42 5a 68 39 31 41 59 26 53 59, 'is compressed with bzip2; unpack it before it is moved into the directory'",
        "28 b5 2f fd 00, 'is compressed with zstd; unpack it before it is moved into the directory'",
        "fd 37 7a 58 5a 00 00, 'is compressed with xz; unpack it before it is moved into the directory'"
    })
    void shouldKnowFilesOfAnotherFormat(String hex, String reason) throws Exception {
        byte[] content = bytes(hex + " 0a 61 0a");
        refused(
                "f",
                content,
                "file /data/f byte 0: it " + reason
                        + ", or set millrace.streaming.fileStream.malformedInput to quarantine");
        Read aside = read("f", content, 2, Malformed.QUARANTINE);
        assertThat(aside.lines()).isEmpty();
        assertThat(aside.places()).containsExactly("file /data/f byte 0");
    }

    @Test
    void shouldRefuseALineThatIsTooLong() throws Exception {
        maxLineBytes = 4;
        byte[] content = utf8("abcd\r\n12345\nefgh\n\u00e9\u00e9\u00e9");
        refused(
                "f",
                content,
                "file /data/f byte 6: the line that starts here has more than 4 bytes; raise"
                        + " millrace.streaming.maxLineBytes, or set millrace.streaming.fileStream.malformedInput to"
                        + " replace or quarantine");
        for (int piece = 1; piece < 25; piece++) {
            Read replaced = read("f", content, piece, Malformed.REPLACE);
            assertThat(replaced.lines()).containsExactly("abcd", "1234", "efgh", "\u00e9\u00e9");
            Read aside = read("f", content, piece, Malformed.QUARANTINE);
            assertThat(aside.lines()).containsExactly("abcd", "efgh");
            assertThat(aside.places()).containsExactly("file /data/f byte 6", "file /data/f byte 17");
        }
    }

    @Test
    void shouldHoldNoMoreOfALongLineThanItMay() throws Exception {
        maxLineBytes = 100_000;
        byte[] content = new byte[64 << 20];
        Arrays.fill(content, (byte) 'x');
        Read aside = whole(content, Malformed.QUARANTINE);
        assertThat(aside.aside().get(0).raw()).hasSize(64 * 1024);
    }

    private static byte[] compressed(byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            out.write(content);
        }
        return bytes.toByteArray();
    }

    @Test
    void shouldDecompressWhatEndsInGz() throws Exception {
        byte[] content = compressed(utf8("a\nb\n"));
        assertThat(read("f.gz", content, 3, Malformed.FAIL).lines()).containsExactly("a", "b");
        refused(
                "g.gz",
                compressed(bytes("61 0a e9")),
                "file /data/g.gz byte 2 of the decompressed text: the byte 0xe9 is not UTF-8 here; save the file as UTF-8"
                        + " text, or set millrace.streaming.fileStream.malformedInput to replace or quarantine");
        refused(
                "h.gz",
                utf8("plain text"),
                "file /data/h.gz byte 0: its name ends in .gz, and it is not compressed with gzip (Not in GZIP format);"
                        + " correct its name or the file, or set millrace.streaming.fileStream.malformedInput to"
                        + " quarantine");
    }

    @Test
    void shouldPutTheRestAsideWhenACompressedFileIsCutOff() throws Exception {
        StringBuilder text = new StringBuilder();
        Random random = new Random(1);
        for (int i = 0; i < 10_000; i++) {
            text.append(random.nextLong()).append('\n');
        }
        byte[] content = compressed(utf8(text.toString()));
        Read read = read("f.gz", Arrays.copyOf(content, content.length / 2), 1, Malformed.QUARANTINE);
        List<String> all = model(text.toString());
        assertThat(read.lines())
                .isNotEmpty()
                .isEqualTo(all.subList(0, read.lines().size()));
        assertThat(read.aside())
                .extracting(QuarantinedRecord::error)
                .containsExactly("the compressed file is damaged or cut off (Unexpected end of ZLIB input stream)");
    }
}
