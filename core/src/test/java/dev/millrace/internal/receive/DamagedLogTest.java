/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.receive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.error.CheckpointException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An append that was cut off is tolerated; everything else that is not as it was written is reported. */
class DamagedLogTest {
    private static final String LAST = "wal/0000000003";
    private static final String REST =
            "; restore the whole directory from a backup (a start then tells what its outputs have published since), or start with a new directory";

    private final MemoryStore whole = new MemoryStore();
    private final List<String> blocks = new ArrayList<>();
    private final List<LogPlace> places = new ArrayList<>();

    /** Three segments of three blocks each. */
    @BeforeEach
    void write() throws Exception {
        try (WriteAheadLog log = Blocks.open(whole, 206)) {
            for (int i = 0; i < 9; i++) {
                String stream = i % 3 == 1 ? "b" : "a";
                long sequence = i % 3 == 1 ? i / 3 : i / 3 * 2 + i % 3 / 2;
                places.add(Blocks.log(log, stream, sequence, "payload" + i));
                blocks.add(stream + " " + sequence + " payload" + i);
            }
        }
        assertThat(whole.list("wal")).containsExactly("0000000001", "0000000002", "0000000003");
        assertThat(places).extracting(LogPlace::segment).containsExactly(1L, 1L, 1L, 2L, 2L, 2L, 3L, 3L, 3L);
    }

    private MemoryStore with(String path, byte[] bytes) {
        MemoryStore changed = whole.afterKill();
        changed.put(path, bytes);
        return changed;
    }

    private static void assertDamaged(MemoryStore store, String what) {
        assertThatThrownBy(() -> Blocks.recovered(store)).as(what).isInstanceOf(CheckpointException.class);
    }

    @Test
    void shouldReportEveryFlippedByte() {
        for (String name : whole.list("wal")) {
            byte[] bytes = whole.get("wal/" + name);
            for (int i = 0; i < bytes.length; i++) {
                for (int flip : new int[] {1, 0x80, 0xFF, bytes[i] == 0 ? 2 : bytes[i]}) { // the last makes zeroes
                    byte[] flipped = bytes.clone();
                    flipped[i] ^= (byte) flip;
                    assertDamaged(with("wal/" + name, flipped), name + " flipped at " + i);
                }
            }
        }
    }

    @Test
    void shouldReportEveryCutOfASegmentThatIsNotTheLast() {
        for (String name : List.of("0000000001", "0000000002")) {
            byte[] bytes = whole.get("wal/" + name);
            for (int length = 0; length < bytes.length; length++) {
                assertDamaged(with("wal/" + name, Arrays.copyOf(bytes, length)), name + " cut at " + length);
            }
        }
    }

    @Test
    void shouldGiveExactlyTheBlocksBeforeEveryCutOfTheLastSegmentAndGoOn() throws Exception {
        byte[] bytes = whole.get(LAST);
        for (int length = 0; length <= bytes.length; length++) {
            MemoryStore cut = with(LAST, Arrays.copyOf(bytes, length));
            List<String> left = new ArrayList<>(blocks.subList(0, 6 + framesIn(length)));
            try (WriteAheadLog log = Blocks.open(cut, Blocks.MUCH)) {
                assertThat(Blocks.recovered(log)).as("cut at %d", length).isEqualTo(left);
                long next = left.stream().filter(block -> block.startsWith("a")).count();
                Blocks.log(log, "a", next, "more");
                left.add("a " + next + " more");
            }
            assertThat(Blocks.recovered(cut)).as("cut at %d", length).isEqualTo(left);
        }
    }

    private int framesIn(int length) {
        int frames = 0;
        for (int i = 6; i < 9; i++) {
            long end = i < 8 ? places.get(i + 1).offset() : whole.get(LAST).length;
            frames += end <= length ? 1 : 0;
        }
        return frames;
    }

    @Test
    void shouldTakeZeroesAtTheEndForAnAppendThatWasCutOff() throws Exception {
        byte[] bytes = whole.get(LAST);
        assertThat(Blocks.recovered(with(LAST, Arrays.copyOf(bytes, bytes.length + 4096))))
                .isEqualTo(blocks);
        assertThat(Blocks.recovered(with(LAST, new byte[4096]))).isEqualTo(blocks.subList(0, 6));
    }

    @Test
    void shouldTakeAFrameForCutOffWhoseEndCameAsZeroesOnly() throws Exception {
        byte[] bytes = whole.get(LAST);
        for (int from = (int) places.get(6).offset(); from <= bytes.length - 4; from++) {
            byte[] zeroed = bytes.clone();
            Arrays.fill(zeroed, from, bytes.length, (byte) 0);
            assertThat(Blocks.recovered(with(LAST, zeroed)))
                    .as("zeroes from %d", from)
                    .isEqualTo(blocks.subList(0, 6 + framesIn(from)));
        }
    }

    @Test
    void shouldReportZeroesThatAreNotAtTheEnd() {
        byte[] bytes = whole.get(LAST);
        for (int from = 0; from < bytes.length - 4; from++) {
            byte[] zeroed = bytes.clone();
            Arrays.fill(zeroed, from, bytes.length - 1, (byte) 0);
            assertDamaged(with(LAST, zeroed), "zeroes from " + from + " and a byte behind them");
        }
    }

    @Test
    void shouldNotLookAtWhatALaterRunHasFoundCutOff() throws Exception {
        byte[] bytes = whole.get(LAST);
        MemoryStore store = with(LAST, Arrays.copyOf(bytes, bytes.length - 3));
        try (WriteAheadLog log = Blocks.open(store, Blocks.MUCH)) {
            Blocks.log(log, "b", 3, "more");
        }
        byte[] torn = store.get(LAST);
        torn[torn.length - 1] ^= 1;
        store.put(LAST, torn);
        assertThat(Blocks.recovered(store)).endsWith(blocks.get(7), "b 3 more").hasSize(9);
        store.put(LAST, Arrays.copyOf(torn, (int) places.get(8).offset() - 1));
        assertDamaged(store, "cut before what was there");
    }

    @Test
    void shouldSayWhichFileIsMissingOrShort() throws IOException {
        MemoryStore store = whole.afterKill();
        store.delete("wal/0000000002");
        assertThatThrownBy(() -> Blocks.recovered(store))
                .hasMessage(
                        "the write-ahead log memory lacks the file wal/0000000002; put this file back from a"
                                + " backup: an older copy of the whole directory, and a new one, lack more of what was received");

        int frame = (int) places.get(5).offset();
        MemoryStore cut = with("wal/0000000002", Arrays.copyOf(whole.get("wal/0000000002"), frame));
        assertThatThrownBy(() -> Blocks.recovered(cut))
                .hasMessage("the file memory/wal/0000000002 is damaged at byte " + frame + ": it had "
                        + whole.get("wal/0000000002").length + " bytes when the next file was begun" + REST);
    }

    @Test
    void shouldSayWhatIsOutOfPlace() {
        MemoryStore renamed = whole.afterKill();
        renamed.put("wal/0000000004", whole.get(LAST));
        assertThatThrownBy(() -> Blocks.recovered(renamed))
                .hasMessage("the file memory/wal/0000000004 is damaged at byte 0: it does not begin as segment 4 of a"
                        + " write-ahead log" + REST);

        MemoryStore doubled = whole.afterKill();
        byte[] bytes = whole.get(LAST);
        int from = (int) places.get(8).offset();
        byte[] twice = Arrays.copyOf(bytes, bytes.length * 2 - from);
        System.arraycopy(bytes, from, twice, bytes.length, bytes.length - from);
        doubled.put(LAST, twice);
        assertThatThrownBy(() -> Blocks.recovered(doubled))
                .hasMessage("the file memory/wal/0000000003 is damaged at byte " + bytes.length
                        + ": the stream a has block 5 where block 6 is due" + REST);
    }

    @Test
    void shouldReportABlockThatWasDamagedSinceItWasRead() throws Exception {
        LogPlace place = places.get(4);
        byte[] bytes = whole.get("wal/0000000002");
        try (WriteAheadLog log = Blocks.open(whole, Blocks.MUCH)) {
            for (int i = (int) place.offset(); i < places.get(5).offset(); i++) {
                byte[] flipped = bytes.clone();
                flipped[i] ^= 1;
                whole.put("wal/0000000002", flipped);
                assertThatThrownBy(() -> log.read(place)).isInstanceOf(CheckpointException.class);
            }
            whole.put("wal/0000000002", Arrays.copyOf(bytes, bytes.length - 1));
            assertThat(new String(log.read(place))).isEqualTo("payload4");
            assertThatThrownBy(() -> log.read(places.get(5)))
                    .hasMessage("the file memory/wal/0000000002 is damaged at byte "
                            + places.get(5).offset() + ": a frame does not match its checksum" + REST);
        }
    }
}
