/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.quarantine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.MillraceConf;
import dev.millrace.Programs;
import dev.millrace.error.MillraceException;
import dev.millrace.error.RefusedException;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.spi.QuarantinedRecord;
import dev.millrace.spi.QuarantinedRecord.Encoding;
import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.ErrorPolicy;
import dev.millrace.streaming.QuarantineEntry;
import dev.millrace.streaming.StreamingContext;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Entries come back as they were written, or are refused with what to do. */
class EntryReaderTest {
    private static QuarantineEntry entry(Encoding encoding, byte[] raw) {
        return new QuarantineEntry(new BatchTime(1000), "orders", "partition 0 record 7", "no", encoding, raw);
    }

    private static <T> T read(Class<T> type, Encoding encoding, byte[] raw) {
        return new EntryReader.Records<>("orders", type).read(entry(encoding, raw), ValueCodec.builtIn());
    }

    @Test
    void shouldRefuseARecordOfWhichThereIsOnlyItsText() {
        assertThatThrownBy(() -> read(String.class, Encoding.SHOWN, "Order@1f".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(RefusedException.class)
                .hasMessage(
                        "the entry of batch 1000 ms, partition 0 record 7, of orders holds only what the record shows of"
                                + " itself: Order@1f; read it with quarantined(directory) and make the record anew, and declare"
                                + " its type with registerTypes for those to come");
    }

    @Test
    void shouldRefuseARecordOfAnotherType() {
        assertThatThrownBy(() ->
                        read(Long.class, Encoding.CODEC, ValueCodec.builtIn().encode(7)))
                .isInstanceOf(RefusedException.class)
                .hasMessage(
                        "the entry of batch 1000 ms, partition 0 record 7, of orders is a java.lang.Integer, and the"
                                + " program reads java.lang.Long; pass the type of the records that the operator was given");
        assertThat(read(Integer.class, Encoding.CODEC, ValueCodec.builtIn().encode(7)))
                .isEqualTo(7);
    }

    @Test
    void shouldReadTheLinesThatItWrites() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 1000; i++) {
            byte[] raw = new byte[random.nextInt(20)];
            random.nextBytes(raw);
            QuarantinedRecord record = new QuarantinedRecord(
                    Encoding.values()[random.nextInt(Encoding.values().length)],
                    raw,
                    text(random),
                    text(random),
                    text(random));
            QuarantinedRecord read = JsonLine.parse(JsonLine.of(record));
            assertThat(read).as("seed " + seed).usingRecursiveComparison().isEqualTo(record);
        }
    }

    private static String text(Random random) {
        return random.ints(random.nextInt(20), 0, random.nextBoolean() ? 128 : 0x10000)
                .collect(StringBuilder::new, (text, c) -> text.append((char) c), StringBuilder::append)
                .toString();
    }

    @Test
    void shouldReadLinesOfMalformedInputAndOfOtherWriters() {
        QuarantinedRecord record = JsonLine.parse("{ \"raw\": \"YQ==\", \"place\": \"file \\/a byte 1\","
                + " \"operator\": \"textFileStream\", \"error\": \"\\b\\f\\n\\r\\t\" }");
        assertThat(record)
                .usingRecursiveComparison()
                .isEqualTo(new QuarantinedRecord(new byte[] {'a'}, "file /a byte 1", "textFileStream", "\b\f\n\r\t"));
    }

    @Test
    void shouldRefuseWhatIsNoEntry() {
        for (String line : List.of("", "{}", "{\"place\":\"x\"", "{\"place\":1}", "{\"raw\":\"!\"}")) {
            assertThatThrownBy(() -> JsonLine.parse(line))
                    .isInstanceOf(MillraceException.class)
                    .hasMessage("this is no entry of a quarantine: " + line
                            + "; bring the line back as it was written, or delete it");
        }
    }

    private static final class Mute {
        @Override
        public String toString() {
            throw new IllegalStateException("mute");
        }
    }

    @Test
    void shouldPutAsideARecordThatCannotEvenBeShown(@TempDir Path directory) throws Exception {
        MillraceConf conf = new MillraceConf().set("millrace.streaming.quarantine.directory", directory.toString());
        try (StreamingContext ssc = Programs.local(conf)) {
            Programs.collected(Programs.batches(ssc, List.of(1))
                    .map(n -> new Mute())
                    .map(Mute::toString)
                    .onError(ErrorPolicy.quarantine()));
            ssc.runBatches(1);
        }
        QuarantinedRecord record = JsonLine.parse(Files.readString(directory.resolve("batch-1000.jsonl")));
        assertThat(record.encoding()).isEqualTo(Encoding.SHOWN);
        assertThat(new String(record.raw(), StandardCharsets.UTF_8))
                .isEqualTo(
                        "a " + Mute.class.getName() + " whose toString() throws java.lang.IllegalStateException: mute");
    }
}
