/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.Tuple2;
import dev.millrace.Tuple3;
import dev.millrace.Tuple4;
import dev.millrace.error.CodecException;
import dev.millrace.streaming.BatchTime;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ValueCodecTest {
    enum Color {
        RED {},
        GREEN
    }

    record Point(int x, long y, String label, List<Color> colors, Optional<Point> next) {}

    sealed interface Shape {}

    record Circle(double radius) implements Shape {}

    record Drawing(List<? extends Shape> shapes) {}

    private static final ValueCodec CODEC = new ValueCodec(List.of(Point.class, Drawing.class));

    static List<Object> values() {
        return Arrays.asList(
                null,
                true,
                false,
                (byte) -3,
                (short) 300,
                -5,
                Integer.MIN_VALUE,
                Long.MAX_VALUE,
                1.5f,
                Double.NaN,
                -0.0,
                'ü',
                "größe 水",
                "",
                new BigInteger("-123456789012345678901234567890"),
                new BigDecimal("12.3400"),
                List.of(1, "a", List.of()),
                new LinkedHashSet<>(List.of("b", "a")),
                new LinkedHashMap<>(Map.of("k", 1L)),
                new TreeSet<>(Set.of(2, 1)),
                new TreeMap<>(Map.of("z", 1, "a", 2)),
                Optional.empty(),
                Optional.of("x"),
                Tuple2.of("a", 1),
                Tuple3.of("a", 1, 2L),
                Tuple4.of("a", 1, 2L, 'c'),
                Instant.ofEpochSecond(1_700_000_000L, 5),
                Duration.ofMillis(-1500),
                LocalDate.of(2024, 2, 29),
                LocalDateTime.of(2024, 2, 29, 23, 59, 1, 7),
                new UUID(1, -2),
                BatchTime.of(1000),
                Color.RED,
                new Point(
                        1,
                        -2,
                        "p",
                        List.of(Color.GREEN),
                        Optional.of(new Point(0, 0, "q", List.of(), Optional.empty()))),
                new Drawing(List.of(new Circle(2.5))));
    }

    @Test
    void shouldGiveBackEqualValues() {
        for (Object value : values()) {
            assertThat(CODEC.decode(CODEC.encode(value))).as("%s", value).isEqualTo(value);
        }
        assertThat((byte[]) CODEC.decode(CODEC.encode(new byte[] {1, 2}))).containsExactly(1, 2);
    }

    private record Linked(java.util.LinkedList<String> items) {}

    @Test
    void shouldRefuseComponentsThatDoNotComeBackAsDeclared() {
        ValueCodec codec = new ValueCodec(List.of(Linked.class));
        assertThatThrownBy(() -> codec.encode(new Linked(new java.util.LinkedList<>())))
                .isInstanceOf(CodecException.class)
                .hasMessage(
                        "the component items is declared LinkedList, as which a stored collection does not come back;"
                                + " declare it List, Set, SortedSet, Map or SortedMap");
    }

    @Test
    void shouldGiveBackStringsThatAreNoText() {
        ValueCodec codec = ValueCodec.builtIn();
        for (String text : List.of("\uD800", "a\uDC00b", "\uD83D\uDE00", "\uDE00\uD83D", "?", "")) {
            assertThat(codec.decode(codec.encode(text))).isEqualTo(text);
        }
    }

    @Test
    void shouldReadWhatVersionOneWrote() throws IOException {
        byte[] bytes = golden("codec-v1.bin");
        assertThat(CODEC.decode(bytes)).isEqualTo(values());
        assertThat(CODEC.encode(values())).isEqualTo(bytes);
    }

    private byte[] golden(String name) throws IOException {
        try (InputStream golden = Objects.requireNonNull(getClass().getResourceAsStream("/golden/" + name))) {
            return golden.readAllBytes();
        }
    }

    /** Made the golden file; not to be run again for version 1. */
    public static void main(String[] args) throws IOException {
        Files.write(Path.of(args[0]), CODEC.encode(values()));
    }

    @Test
    void shouldGiveEqualKeysEqualBytes() {
        Schemas schemas = new Schemas();
        Set<String> ab = new LinkedHashSet<>(List.of("a", "b"));
        Set<String> ba = new LinkedHashSet<>(List.of("b", "a"));
        assertThat(CODEC.encodeKey(ab, schemas)).isEqualTo(CODEC.encodeKey(ba, schemas));
        Map<String, Integer> one = new LinkedHashMap<>();
        one.put("a", 1);
        one.put("b", 2);
        Map<String, Integer> other = new LinkedHashMap<>();
        other.put("b", 2);
        other.put("a", 1);
        assertThat(CODEC.encodeKey(one, schemas)).isEqualTo(CODEC.encodeKey(other, schemas));
    }

    /** A class of a library, say: its constructor takes something else than its fields. */
    static class Foreign {
        final int length;

        Foreign(String text) {
            length = text.length();
        }
    }

    @Test
    void shouldNotAdviseToDeclareATypeThatCannotBeDeclared() {
        assertThatThrownBy(() -> ValueCodec.builtIn().encode(new Foreign("x")))
                .isInstanceOf(CodecException.class)
                .hasMessage(
                        "the class dev.millrace.internal.codec.ValueCodecTest$Foreign cannot be stored or sent: it has no"
                                + " constructor Foreign(int) that takes its fields in their order; add it,"
                                + " or make the class a record; or, if it is not yours, map its values to a record, strings or boxes"
                                + " first");
    }

    @Test
    void shouldNameTheChangeWhenATypeIsNotDeclared() {
        assertThatThrownBy(() -> ValueCodec.builtIn().encode(new Circle(1)))
                .isInstanceOf(CodecException.class)
                .hasMessage(
                        "a value of type dev.millrace.internal.codec.ValueCodecTest$Circle cannot be stored or sent: the"
                                + " type is not declared; declare it: registerTypes(Circle.class)");
        assertThatThrownBy(() -> CODEC.encode(new Object()))
                .hasMessage(
                        "a value of type java.lang.Object cannot be stored or sent: the type is not declared; make it a"
                                + " record, or use strings, boxes, java.time values and collections of them");
        byte[] drawing = CODEC.encode(new Drawing(List.of()));
        assertThatThrownBy(() -> ValueCodec.builtIn().decode(drawing))
                .hasMessage(
                        "stored values of type dev.millrace.internal.codec.ValueCodecTest$Drawing cannot be read: this"
                                + " program declares no such type; declare it with registerTypes(...), or write @Renamed(from ="
                                + " \"dev.millrace.internal.codec.ValueCodecTest$Drawing\") on the type that took its place");
    }

    private record Broken(String problem) {
        @Override
        public String problem() {
            if (problem.equals("memory")) {
                throw new OutOfMemoryError("of the test");
            }
            throw new IllegalStateException(problem);
        }
    }

    @Test
    void shouldTellWhatAnAccessorThrew() {
        ValueCodec codec = new ValueCodec(Set.of(Broken.class));
        assertThatThrownBy(() -> codec.encode(new Broken("none")))
                .isInstanceOf(CodecException.class)
                .hasMessage("component problem of dev.millrace.internal.codec.ValueCodecTest$Broken cannot be read:"
                        + " java.lang.IllegalStateException: none")
                .cause()
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> codec.encode(new Broken("memory")))
                .isInstanceOf(OutOfMemoryError.class)
                .hasMessage("of the test");
    }

    @Test
    void shouldRefuseDamagedBytesAndNeverReadBeyondThem() {
        byte[] whole = CODEC.encode(values());
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> CODEC.decode(cut)).isInstanceOf(CodecException.class);
        }
    }

    /** A refused value leaves the writer of a block inside of it; the next must begin at the top again. */
    @Test
    void shouldGoOnWithABlockAfterRefusedValues() {
        ValueBlockWriter writer = new ValueBlockWriter(CODEC);
        for (int i = 0; i < ByteSource.DEEPEST; i++) {
            assertThatThrownBy(() -> writer.write("k", List.of(new Object()))).isInstanceOf(CodecException.class);
        }
        writer.write("k", List.of(List.of(1)));
        ValueBlockReader reader = new ValueBlockReader(CODEC, writer.takeBlock());
        assertThat(reader.next()).isEqualTo("k");
        assertThat(reader.next()).isEqualTo(List.of(List.of(1)));
        assertThat(reader.hasNext()).isFalse();
    }
}
