/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.soak.peers;

import java.io.IOException;
import java.time.Duration;
import java.util.Random;

/** Writes words that differ and have one hash. The first letter of a line says which kind of key to make of them. */
public final class CollidingWords implements Peer {
    private static final int BITS = 13;
    private static final int WORDS = 12; // a line
    private static final int LINES = 30; // at a time
    private static final String KINDS = "STR"; // strings, tuples, records

    /** One of many words of one hash. */
    static String word(Random random) {
        StringBuilder word = new StringBuilder();
        for (int bit = 0; bit < BITS; bit++) {
            word.append(random.nextBoolean() ? "Aa" : "BB");
        }
        return word.toString();
    }

    @Override
    public void talk(Connection program) throws IOException, InterruptedException {
        Random random = program.random();
        program.every(Duration.ofMillis(100), Duration.ofSeconds(6), () -> {
            StringBuilder lines = new StringBuilder();
            for (int line = 0; line < LINES; line++) {
                lines.append(KINDS.charAt(random.nextInt(KINDS.length())));
                for (int word = 0; word < WORDS; word++) {
                    lines.append(' ').append(word(random));
                }
                lines.append('\n');
            }
            program.send(lines.toString());
        });
    }
}
