/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.codec.Renamed;
import dev.millrace.error.CodecException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Damaged bytes give an error that says so, or another value of declared types; never a huge, endless or foreign one. */
class DamageTest {
    record Node(int number, String text, List<Node> children, Optional<BigDecimal> amount) {}

    /** What Node has become in another program: components are skipped and converted. */
    @Renamed(from = "Node")
    record Small(long number, List<Small> children) {}

    private static final ValueCodec CODEC =
            new ValueCodec(List.of(Node.class, ValueCodecTest.Point.class, ValueCodecTest.Drawing.class));

    private static final Set<Class<?>> OURS =
            Set.of(Node.class, ValueCodecTest.Point.class, ValueCodecTest.Drawing.class, ValueCodecTest.Circle.class);

    private static byte[] sample() {
        List<Object> values = new ArrayList<>(ValueCodecTest.values());
        values.add(
                new Node(1, "a", List.of(new Node(2, "b", List.of(), Optional.of(BigDecimal.TEN))), Optional.empty()));
        return CODEC.encode(values);
    }

    private static void decodeDamaged(ValueCodec codec, byte[] bytes) {
        Object value;
        try {
            value = codec.decode(bytes);
        } catch (CodecException e) {
            return;
        }
        assertKnown(value);
    }

    private static void assertKnown(Object value) {
        if (value instanceof Collection<?> elements) {
            elements.forEach(DamageTest::assertKnown);
        } else if (value instanceof Map<?, ?> map) {
            map.keySet().forEach(DamageTest::assertKnown);
            map.values().forEach(DamageTest::assertKnown);
        } else if (value instanceof Optional<?> optional) {
            optional.ifPresent(DamageTest::assertKnown);
        } else if (value != null
                && !(value instanceof Enum)
                && !value.getClass()
                        .getName()
                        .matches(
                                "(java\\.(lang|math|time|util)|dev\\.millrace(\\.streaming)?)\\.\\w+|\\[B|.*\\$Small")) {
            assertThat(OURS).contains(value.getClass());
        }
    }

    @Test
    void shouldSurviveEveryFlippedByteAndEveryTruncation() {
        byte[] whole = sample();
        for (int i = 0; i < whole.length; i++) {
            for (int mask : new int[] {1, 0xFF}) {
                byte[] damaged = whole.clone();
                damaged[i] ^= (byte) mask;
                decodeDamaged(CODEC, damaged);
            }
            byte[] cut = Arrays.copyOf(whole, i);
            assertThatThrownBy(() -> CODEC.decode(cut)).isInstanceOf(CodecException.class);
        }
    }

    @Test
    void shouldSurviveRandomDamageAlsoWhereTypesHaveChanged() {
        long seed = System.nanoTime();
        System.out.println("damage seed " + seed);
        Random random = new Random(seed);
        byte[] whole = sample();
        byte[] evolved = CODEC.encode(Arrays.asList(
                new Node(1, "a", List.of(), Optional.empty()),
                new Node(2, "b", List.of(new Node(3, "c", List.of(), Optional.empty())), Optional.of(BigDecimal.ONE))));
        ValueCodec small = new ValueCodec(List.of(Small.class));
        assertThat(small.decode(evolved))
                .isEqualTo(List.of(new Small(1, List.of()), new Small(2, List.of(new Small(3, List.of())))));
        for (int round = 0; round < 8_000; round++) {
            boolean old = round % 2 == 0;
            byte[] damaged = (old ? evolved : whole).clone();
            int flips = 1 + random.nextInt(4);
            for (int i = 0; i < flips; i++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            decodeDamaged(old ? small : CODEC, damaged);
        }
        for (int round = 0; round < 8_000; round++) {
            byte[] noise = new byte[random.nextInt(60)];
            random.nextBytes(noise);
            if (noise.length > 0) {
                noise[0] = ValueCodec.VERSION;
            }
            decodeDamaged(CODEC, noise);
        }
    }

    @Test
    void shouldRefuseValuesThatWouldFillTheStackOrTheMemory() throws InterruptedException {
        ByteSink lists = new ByteSink();
        lists.writeByte(ValueCodec.VERSION);
        lists.writeSize(0);
        for (int i = 0; i < 3_000_000; i++) {
            lists.writeByte(Tag.LIST);
            lists.writeSize(2_900_000);
        }
        byte[] deep = lists.toBytes();
        assertThatThrownBy(() -> CODEC.decode(deep))
                .isInstanceOf(CodecException.class)
                .hasMessage("damaged bytes: values nested more than 500 deep");
        List<Object> itself = new ArrayList<>();
        itself.add(itself);
        assertThatThrownBy(() -> CODEC.encode(itself))
                .isInstanceOf(CodecException.class)
                .hasMessage(
                        "a value is nested more than 500 deep, or holds itself, and cannot be stored or sent; keep its"
                                + " parts in a list");
    }

    @Test
    void shouldWriteAndReadDeepValuesOnASmallStack() throws InterruptedException {
        Object[] value = {Set.of(Map.of())};
        for (int i = 0; i < 248; i++) {
            value[0] = i % 2 == 0 ? Set.of(Optional.of(value[0])) : Map.of("k", List.of(value[0]));
        }
        List<Object> read = new ArrayList<>();
        Thread thread = new Thread(
                null,
                () -> {
                    Schemas schemas = new Schemas();
                    read.add(CODEC.decodeValue(CODEC.encodeKey(value[0], schemas), schemas));
                },
                "small-stack",
                512 << 10);
        thread.start();
        thread.join(10_000);
        assertThat(read).hasSize(1);
    }
}
