/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.MillraceConf;
import dev.millrace.Programs;
import dev.millrace.error.BatchFailedException;
import dev.millrace.spi.FileFormat;
import dev.millrace.spi.FilePart;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The kinds of file streams, and what they say when they cannot go on. */
class FileStreamsTest {
    @TempDir
    private Path directory;

    private final MillraceConf conf = new MillraceConf();

    /** A count, then as many longs. */
    private static Iterator<Long> longs(FilePart part) throws IOException {
        DataInputStream in = new DataInputStream(part.open());
        List<Long> longs = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            longs.add(in.readLong());
        }
        return longs.iterator();
    }

    @Test
    void shouldReadAFormatOfTheProgram() throws IOException {
        Files.write(
                directory.resolve("a"),
                ByteBuffer.allocate(20).putInt(2).putLong(7).putLong(8).array());
        try (StreamingContext ssc = Programs.local()) {
            FileDStream<Long> stream = ssc.fileStream(directory, FileStreamsTest::longs, FileStreamOptions.ALL_FILES)
                    .named("longs");
            List<List<Long>> batches = Programs.collected(stream);
            ssc.runBatches(1);
            assertThat(batches).containsExactly(List.of(7L, 8L));
        }
    }

    @Test
    void shouldCloseWhatAFormatHasOpened() throws IOException {
        Files.writeString(directory.resolve("a"), "text");
        List<AutoCloseable> closed = new ArrayList<>();
        FileFormat<String> format = part -> new ClosingIterator(closed);
        try (StreamingContext ssc = Programs.local()) {
            List<List<String>> batches =
                    Programs.collected(ssc.fileStream(directory, format, FileStreamOptions.ALL_FILES));
            ssc.runBatches(1);
            assertThat(batches).containsExactly(List.of());
            assertThat(closed).hasSize(1);
        }
    }

    private record ClosingIterator(List<AutoCloseable> closed) implements Iterator<String>, AutoCloseable {
        @Override
        public boolean hasNext() {
            return false;
        }

        @Override
        public String next() {
            throw new IllegalStateException();
        }

        @Override
        public void close() {
            closed.add(this);
        }
    }

    @Test
    void shouldReadRecordsOfOneLength() throws IOException {
        Files.write(directory.resolve("a"), new byte[] {1, 2, 3, 4, 5, 6});
        try (StreamingContext ssc = Programs.local()) {
            List<List<byte[]>> batches =
                    Programs.collected(ssc.binaryRecordsStream(directory, 2, FileStreamOptions.ALL_FILES));
            ssc.runBatches(1);
            assertThat(batches.get(0)).containsExactly(new byte[] {1, 2}, new byte[] {3, 4}, new byte[] {5, 6});
        }
    }

    @Test
    void shouldRefuseAFileWhoseSizeIsNoMultipleOfTheRecordLength() throws IOException {
        Path file = Files.write(directory.resolve("a"), new byte[5]);
        try (StreamingContext ssc = Programs.local()) {
            Programs.collected(ssc.binaryRecordsStream(directory, 2, FileStreamOptions.ALL_FILES));
            assertThatThrownBy(() -> ssc.runBatches(1))
                    .isInstanceOf(BatchFailedException.class)
                    .hasMessageContaining(
                            "file " + file + ": its size of 5 bytes is no multiple of the record length of 2;"
                                    + " correct the length in binaryRecordsStream or the file, or set"
                                    + " millrace.streaming.fileStream.malformedInput to quarantine");
        }
    }

    @Test
    void shouldRefuseARecordLengthOfNothing() {
        try (StreamingContext ssc = Programs.local()) {
            assertThatThrownBy(() -> ssc.binaryRecordsStream("in", 0))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("binaryRecordsStream of records of 0 bytes; a record has at least 1");
        }
    }

    /** Takes files in one batch, and changes the directory before they are read. */
    private void failsAfter(Change change, String message) {
        try (StreamingContext ssc = Programs.local(conf)) {
            ssc.textFileStream(directory, FileStreamOptions.ALL_FILES)
                    .transform(rdd -> {
                        change.run();
                        return rdd;
                    })
                    .foreachRDD(rdd -> rdd.count());
            assertThatThrownBy(() -> ssc.runBatches(1))
                    .isInstanceOf(BatchFailedException.class)
                    .hasMessageContaining(message);
        }
    }

    private interface Change {
        void run() throws IOException;
    }

    @Test
    void shouldFailTheBatchWhenAFileVanishesBeforeItIsRead() throws IOException {
        Path file = Files.writeString(directory.resolve("a"), "1\n");
        failsAfter(
                () -> Files.delete(file),
                "file " + file
                        + ": it is gone: it was moved or deleted after the batch had taken it; put it back, or set"
                        + " millrace.streaming.fileStream.malformedInput to quarantine; files must stay as they are"
                        + " until their batch is complete");
    }

    @Test
    void shouldFailTheBatchWhenAFileIsCutBeforeItIsRead() throws IOException {
        Path file = Files.writeString(directory.resolve("a"), "1\n2\n");
        failsAfter(
                () -> Files.writeString(file, "1\n"),
                "file " + file
                        + ": it has 2 bytes and had 4 when the batch took it; put the old content back, or set"
                        + " millrace.streaming.fileStream.malformedInput to quarantine; files must stay as they are"
                        + " until their batch is complete");
    }

    @Test
    void shouldNameTheFileWhenAFormatOfTheProgramFails() throws IOException {
        Path file = Files.writeString(directory.resolve("a"), "1\n");
        FileFormat<String> format = part -> {
            throw new IllegalArgumentException("no header");
        };
        try (StreamingContext ssc = Programs.local()) {
            Programs.collected(ssc.fileStream(directory, format, FileStreamOptions.ALL_FILES));
            assertThatThrownBy(() -> ssc.runBatches(1))
                    .hasMessageContaining("file " + file
                            + " cannot be read by its format: java.lang.IllegalArgumentException: no header");
        }
    }

    @Test
    void shouldReadWhatWasTakenWhenAFileGrowsBeforeItIsRead() throws IOException {
        Path file = Files.writeString(directory.resolve("a"), "1\n2");
        try (StreamingContext ssc = Programs.local()) {
            List<List<String>> batches = Programs.collected(
                    ssc.textFileStream(directory, FileStreamOptions.ALL_FILES).transform(rdd -> {
                        Files.writeString(file, "1\n2345\n6");
                        return rdd;
                    }));
            ssc.runBatches(1);
            assertThat(batches).containsExactly(List.of("1", "2"));
        }
    }

    @Test
    void shouldSayWhatIsWrongWithADirectory() {
        try (StreamingContext ssc = Programs.local()) {
            assertThatThrownBy(() -> ssc.textFileStream("nosuch://host/in"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("nosuch://host/in names a file system that is not there; add its provider to the class"
                            + " path or open it first, or use a local path");
            assertThatThrownBy(() -> ssc.textFileStream("/logs/{a"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("the directory /logs/{a has the segment {a, which is no glob: ")
                    .hasMessageEndingWith("; correct it, or put a backslash before a character that means itself");
        }
    }

    @Test
    void shouldTakeAUriOfTheDefaultFileSystem() throws IOException {
        Files.writeString(directory.resolve("a"), "1\n");
        try (StreamingContext ssc = Programs.local()) {
            List<List<String>> batches =
                    Programs.collected(ssc.textFileStream(directory.toUri().toString(), false));
            ssc.runBatches(1);
            assertThat(batches).containsExactly(List.of("1"));
        }
    }

    @Test
    void shouldReadAnOwnDatasetOfLinesWithTheSamePolicy() throws IOException {
        Path file = Files.write(directory.resolve("a"), new byte[] {'a', (byte) 0xe9, '\n'});
        conf.set("millrace.streaming.fileStream.malformedInput", "quarantine")
                .set("millrace.streaming.quarantine.directory", "unused");
        try (StreamingContext ssc = Programs.local(conf)) {
            assertThatThrownBy(() ->
                            ssc.millraceContext().textFile(file.toString()).collect())
                    .hasMessageContaining(
                            "byte 1: the byte 0xe9 is not UTF-8 here"); // no batch, so nobody would write it
        }
    }
}
