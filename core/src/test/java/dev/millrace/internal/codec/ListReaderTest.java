/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.error.CodecException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ListReaderTest {
    private static final ValueCodec CODEC =
            new ValueCodec(List.of(ValueCodecTest.Point.class, ValueCodecTest.Drawing.class));

    /** Arrays do not equal others, and bytes can be compared as numbers. */
    private static Object encodedAgain(List<?> list) {
        return new BigInteger(CODEC.encodeValue(list, new Schemas()));
    }

    private static Object wholly(ValueCodec codec, byte[] bytes, Schemas schemas) {
        try {
            Object value = codec.decodeValue(bytes, 0, bytes.length, schemas);
            return value instanceof List<?> list ? encodedAgain(list) : "no list";
        } catch (CodecException e) {
            return "refused";
        }
    }

    private static Object oneByOne(ValueCodec codec, byte[] bytes, Schemas schemas) {
        try {
            Iterator<Object> elements = codec.decodeElements(bytes, 0, bytes.length, schemas);
            List<Object> list = new ArrayList<>();
            if (elements != null) {
                elements.forEachRemaining(list::add);
            }
            return elements == null ? "no list" : encodedAgain(list);
        } catch (CodecException e) {
            return "refused";
        }
    }

    /** Except where it is no list, which is known before what follows is looked at. */
    @Test
    void shouldFindTheSameDamageWhenTheElementsOfAListAreDecodedOneByOne() {
        long seed = System.nanoTime();
        System.out.println("damage seed " + seed);
        Random random = new Random(seed);
        List<Object> values = new ArrayList<>(ValueCodecTest.values());
        Schemas schemas = new Schemas();
        byte[] whole = CODEC.encodeValue(values, schemas);
        assertThat(oneByOne(CODEC, whole, schemas)).isEqualTo(wholly(CODEC, whole, schemas));
        assertThat(wholly(CODEC, whole, schemas)).isEqualTo(encodedAgain(values));
        assertThat(oneByOne(CODEC, CODEC.encodeValue(List.of(), schemas), schemas))
                .isEqualTo(encodedAgain(List.of()));
        assertThat(oneByOne(CODEC, Arrays.copyOf(whole, whole.length + 1), schemas))
                .isEqualTo("refused");
        for (int round = 0; round < 2_000; round++) {
            byte[] damaged =
                    random.nextInt(10) == 0 ? Arrays.copyOf(whole, random.nextInt(whole.length)) : whole.clone();
            for (int i = random.nextInt(3); i >= 0 && damaged.length > 0; i--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            Object expected = wholly(CODEC, damaged, schemas);
            Object found = oneByOne(CODEC, damaged, schemas);
            if (!found.equals("no list")) {
                assertThat(found).isEqualTo(expected);
            } else {
                assertThat(expected).isIn("no list", "refused");
            }
        }
    }
}
