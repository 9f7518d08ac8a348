/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.soak.peers;

import dev.millrace.internal.codec.ValueCodec;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** Writes blocks of words and of collections of colliding words for a raw socket stream; an eighth of them has something wrong. */
public final class RawBlocks implements Peer {
    private static final ValueCodec CODEC = new ValueCodec(List.of());

    /** A mistake of a block. */
    private enum Wrong {
        NOTHING {
            @Override
            void send(byte[] block, Random random, DataOutputStream out) throws IOException {
                out.writeInt(block.length);
                out.write(block);
            }
        },
        LENGTH {
            @Override
            void send(byte[] block, Random random, DataOutputStream out) throws IOException {
                int[] lengths = {-1, 0, Integer.MIN_VALUE, Integer.MAX_VALUE, 1 << 24, block.length - 1};
                out.writeInt(lengths[random.nextInt(lengths.length)]);
                out.write(block);
            }
        },
        BYTES {
            @Override
            void send(byte[] block, Random random, DataOutputStream out) throws IOException {
                byte[] wrong = block.clone();
                for (int change = 0; change < 4; change++) {
                    wrong[random.nextInt(wrong.length)] = (byte) random.nextInt();
                }
                NOTHING.send(wrong, random, out);
            }
        },
        NULLS {
            @Override
            void send(byte[] block, Random random, DataOutputStream out) throws IOException {
                NOTHING.send(nulls(20_000), random, out);
            }
        },
        NESTED {
            @Override
            void send(byte[] block, Random random, DataOutputStream out) throws IOException {
                byte[] nested = new byte[100_000];
                nested[0] = 1;
                for (int at = 2; at + 1 < nested.length; at += 2) {
                    nested[at] = 12;
                    nested[at + 1] = 1;
                }
                NOTHING.send(nested, random, out);
            }
        },
        CUT_OFF {
            @Override
            void send(byte[] block, Random random, DataOutputStream out) throws IOException {
                out.writeInt(block.length);
                out.write(block, 0, random.nextInt(block.length));
            }
        };

        abstract void send(byte[] block, Random random, DataOutputStream out) throws IOException;
    }

    static byte[] nulls(int count) {
        ByteArrayOutputStream nulls = new ByteArrayOutputStream();
        nulls.writeBytes(new byte[] {1, 0, 12}); // a list
        for (int rest = count; rest > 0; rest >>>= 7) {
            nulls.write(rest > 0x7f ? rest | 0x80 : rest);
        }
        nulls.writeBytes(new byte[count]); // of so many values that take a byte each
        return nulls.toByteArray();
    }

    private static byte[] block(Random random) {
        List<Object> records = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            String word = CollidingWords.word(random);
            switch (random.nextInt(4)) {
                case 0 -> records.add(Set.of(word, word + "Aa", word + "BB"));
                case 1 -> records.add(List.of(word, (long) i << 32 | i));
                default -> records.add(word);
            }
        }
        return CODEC.encode(records);
    }

    @Override
    public void talk(Connection program) throws IOException, InterruptedException {
        DataOutputStream out = new DataOutputStream(program.out());
        program.every(Duration.ofMillis(100), Duration.ofSeconds(4), () -> {
            Random random = program.random();
            Wrong[] all = Wrong.values();
            Wrong wrong = random.nextInt(8) == 0 ? all[random.nextInt(all.length)] : Wrong.NOTHING;
            wrong.send(block(random), random, out);
        });
    }
}
