/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.receiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.Tuple2;
import dev.millrace.error.BatchFailedException;
import dev.millrace.error.CodecException;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.ReplayRequest;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Blocks that are encoded elsewhere and do not hold what they say: a peer can stop no program with them. */
@Timeout(60)
class WrongBytesTest {
    private static final String POLICY = "millrace.streaming.socket.malformedInput";

    @TempDir
    private Path directory;

    private final ByHand<Object> receiver = new ByHand<>();

    private static byte[] encoded(Object... records) {
        return ValueCodec.builtIn().encode(List.of(records));
    }

    private static byte[] allKinds() {
        return encoded(
                "text",
                7,
                Instant.EPOCH,
                LocalDateTime.MIN,
                new TreeSet<>(Set.of(1, 2)),
                Map.of("key", 1.5),
                Optional.of(new BigDecimal("1.25")),
                Tuple2.of(new UUID(1, 2), true),
                List.of("a", List.of('b', (short) 3)));
    }

    private static byte[] damaged() {
        byte[] bytes = encoded("a", Instant.EPOCH, "b");
        bytes[bytes.length - 6] = 99; // of record 1, the tag
        return bytes;
    }

    private void awaitStart() throws InterruptedException {
        assertThat(receiver.event()).isEqualTo("start");
    }

    private boolean stores(byte[] block) {
        try {
            receiver.store(ByteBuffer.wrap(block));
            return true;
        } catch (CodecException e) {
            return false;
        }
    }

    @Test
    void shouldRunEachBatchWhateverByteIsWrong() throws Exception {
        byte[] whole = allKinds();
        List<Object> last = new ArrayList<>();
        int refused = 0;
        try (Program<Object> program = new Program<>(receiver, directory).run(0)) {
            awaitStart();
            for (int at = 0; at < whole.length; at++) {
                for (int wrong : new int[] {0, 1, 13, 20, 0x7f, 0x80, 0xff}) {
                    byte[] block = whole.clone();
                    block[at] = (byte) wrong;
                    refused += stores(block) ? 0 : 1;
                    receiver.store("after " + at + " " + wrong);
                }
                program.run(1);
                last = program.batches.get(program.batches.size() - 1);
                assertThat(last).endsWith("after " + at + " " + 0xff);
            }
        }
        assertThat(refused).isGreaterThan(whole.length);
    }

    @Test
    void shouldSayWhatIsWrongAndStoreNothingOfTheBlock() throws Exception {
        try (Program<Object> program = new Program<>(receiver, directory).run(0)) {
            awaitStart();
            assertThatThrownBy(() -> receiver.store(ByteBuffer.wrap(damaged()), 1))
                    .isInstanceOf(CodecException.class)
                    .hasMessageStartingWith("record 1 of an encoded block cannot be read: damaged bytes: ")
                    .hasMessageEndingWith("; nothing of the block is stored");
            receiver.store(ByteBuffer.wrap(encoded("good")), 2);
            assertThat(program.run(1).received()).containsExactly("good");
        }
    }

    @Test
    void shouldRefuseARecordThatWouldFillTheMemory() throws Exception {
        List<Object> large = List.of(Collections.nCopies(200_000, null));
        byte[] block = ValueCodec.builtIn().encode(large);
        try (Program<Object> program = new Program<>(receiver, null, "millrace.memory.budget", "4m").run(0)) {
            awaitStart();
            assertThatThrownBy(() -> receiver.store(ByteBuffer.wrap(block)))
                    .isInstanceOf(CodecException.class)
                    .hasMessage(
                            "record 0 of an encoded block takes about 1600096 bytes of memory, and 1048576 are the most,"
                                    + " a quarter of millrace.memory.budget; send smaller records, or raise that; nothing of the"
                                    + " block is stored");
            receiver.store("good");
            assertThat(program.run(1).received()).containsExactly("good");
        }
    }

    @Test
    void shouldPutTheBlockAsideIfToldTo() throws Exception {
        byte[] bad = damaged();
        try (Program<Object> program = new Program<>(receiver, directory, POLICY, "quarantine").run(0)) {
            awaitStart();
            receiver.store(ByteBuffer.wrap(bad), 1);
            receiver.store(ByteBuffer.wrap("no list".getBytes(StandardCharsets.UTF_8)), 2);
            receiver.store(ByteBuffer.wrap(encoded("good", "better")), 3);
            assertThat(program.run(1).received()).containsExactly("good", "better");
            assertThat(receiver.<Integer>lastDurablePosition()).contains(3);
        }
        List<String> aside = Files.readAllLines(directory.resolve("quarantine/batch-20.jsonl"));
        assertThat(aside).hasSize(2);
        assertThat(aside.get(0))
                .contains("\"place\":\"stream numbers block 0\"")
                .contains("record 1 of an encoded block cannot be read: damaged bytes: ")
                .contains(java.util.Base64.getEncoder().encodeToString(bad));
        assertThat(aside.get(1)).contains("\"place\":\"stream numbers block 1\"");
    }

    @Test
    void shouldSayHowMuchItPutsAsideOfALargeBlockThatItCouldNotReadWhenItCame() throws Exception {
        byte[] block = new byte[200_000];
        try (Program<Object> program = new Program<>(receiver, directory, POLICY, "quarantine").run(0)) {
            awaitStart();
            receiver.store(ByteBuffer.wrap(block), 1);
            assertThat(program.run(1).received()).isEmpty();
        }
        assertThat(Files.readAllLines(directory.resolve("quarantine/batch-20.jsonl")))
                .singleElement()
                .asString()
                .contains(" (put aside are the first 65536 of 200000 bytes)\",");
    }

    @Test
    void shouldPutAsideABlockOfAnEarlierProgramWhoseTypesAreGone() throws Exception {
        try (Program<Object> program = new Program<>(receiver, directory)) {
            program.ssc.millraceContext().getConf().registerTypes(Gone.class);
            program.run(0);
            awaitStart();
            receiver.store(List.of("first", new Gone(1)));
            receiver.store("second");
            program.stopNow();
        }
        try (Program<Object> program = new Program<>(new ByHand<>(), directory)) {
            assertThatThrownBy(() -> program.run(1))
                    .isInstanceOf(BatchFailedException.class)
                    .hasMessageContaining("stream numbers block 0: ")
                    .hasMessageContaining("Gone")
                    .hasMessageContaining(", or set " + POLICY + " to quarantine");
        }
        try (Program<Object> program = new Program<>(new ByHand<>(), directory, POLICY, "quarantine")) {
            assertThat(program.run(1).received()).containsExactly("second");
        }
    }

    private List<String> asideOf(int characters) throws Exception {
        try (Program<Object> program = new Program<>(receiver, directory)) {
            program.ssc.millraceContext().getConf().registerTypes(Gone.class);
            program.run(0);
            awaitStart();
            receiver.store(List.of("x".repeat(characters), new Gone(1)));
            program.stopNow();
        }
        try (Program<Object> program = new Program<>(new ByHand<>(), directory, POLICY, "quarantine")) {
            assertThat(program.run(1).received()).isEmpty();
        }
        return Files.readAllLines(directory.resolve("quarantine/batch-20.jsonl"));
    }

    @Test
    void shouldPutAsideAllOfABlockThatTheProgramHadStored() throws Exception {
        String base64 =
                java.util.Base64.getEncoder().encodeToString("x".repeat(300_000).getBytes(StandardCharsets.UTF_8));
        assertThat(asideOf(300_003))
                .singleElement()
                .asString()
                .contains(base64.substring(0, 390_000))
                .doesNotContain(" bytes)");
    }

    @Test
    void shouldSayHowMuchItPutsAsideOfAVeryLargeBlock() throws Exception {
        assertThat(asideOf(2_000_000))
                .singleElement()
                .asString()
                .containsPattern(" \\(put aside are the first 1048576 of 20\\d{5} bytes\\)\"");
    }

    record Gone(int number) {}

    /** A class that was changed so that it refuses what it took before. */
    record Strict(int number) {
        static boolean refuses;

        Strict {
            if (refuses && number < 0) {
                throw new IllegalArgumentException("nothing below zero, such as " + number);
            }
        }
    }

    private Program<Object> strict(ByHand<Object> from, String... settings) {
        Strict.refuses = false;
        Program<Object> program = new Program<>(from, directory, settings);
        program.ssc.millraceContext().getConf().registerTypes(Strict.class);
        return program;
    }

    private void storeWhatIsRefusedLater() throws InterruptedException {
        awaitStart();
        receiver.store(List.of("first", new Strict(-1), "third"));
        receiver.store("second");
        Strict.refuses = true;
    }

    private static final String REFUSED =
            "task 0 of receiverStream at Program.java:51 failed once: stream numbers block 0: the"
                    + " constructor of " + Strict.class.getName() + " refused stored values:"
                    + " java.lang.IllegalArgumentException: nothing below zero, such as -1; let the program read what it has"
                    + " stored, or ";

    private void mustFail(Program<Object> program, String change) {
        assertThatThrownBy(() -> program.run(1))
                .isInstanceOf(BatchFailedException.class)
                .hasMessageStartingWith("batch 20 ms failed: " + REFUSED + change + "\n");
    }

    @Test
    void shouldSayWhatToDoAboutABlockWhoseClassRefusesIt() throws Exception {
        try (Program<Object> program = strict(receiver)) {
            program.run(0);
            storeWhatIsRefusedLater();
            mustFail(program, "set " + POLICY + " to quarantine");
        }
        mustPutAside();
    }

    @Test
    void shouldPutABlockAsideAtTheNextStartThatTheSameRunHasReadInPart() throws Exception {
        try (Program<Object> program = strict(receiver, POLICY, "quarantine")) {
            program.run(0);
            storeWhatIsRefusedLater();
            mustFail(program, "start it again, which then puts the block aside");
        }
        mustPutAside();
    }

    /** As a whole, whichever partition meets the record, and the same again when the batch is replayed. */
    private void mustPutAside() throws Exception {
        try (Program<Object> program = strict(new ByHand<>(), POLICY, "quarantine")) {
            Strict.refuses = true;
            assertThat(program.run(1).received()).containsExactly("second");
        }
        assertThat(Files.readAllLines(directory.resolve("quarantine/batch-20.jsonl")))
                .singleElement()
                .asString()
                .contains("\"place\":\"stream numbers block 0\"")
                .contains("record 1 of an encoded block cannot be read: ")
                .contains("nothing below zero, such as -1");
        ByHand<Object> silent = new ByHand<>();
        try (Program<Object> program = strict(silent, POLICY, "quarantine")) {
            Strict.refuses = true;
            program.ssc.replay(ReplayRequest.of(new BatchTime(20)).running("remembered"));
            assertThat(program.received()).containsExactly("second");
        }
    }
}
