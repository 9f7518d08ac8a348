/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.soak.peers;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Writes files of numbered lines, some of which are no text, and remembers what is in them. */
public final class NumberedFiles {
    private static final byte[] NO_TEXT = {'n', (byte) 0xff, (byte) 0xc0, '\n'};

    private final List<Written> written = new ArrayList<>();
    private final Path directory;
    private final Random random;

    /**
     * A file; its lines are its number and numbers from 0 on.
     *
     * @param lines how many are text
     * @param malformed how many are not
     */
    public record Written(int number, int lines, int malformed) {}

    public NumberedFiles(Path directory, Random random) {
        this.directory = directory;
        this.random = random;
    }

    /** Writes one more. */
    public synchronized void write() {
        Written file = new Written(
                written.size(), 1 + random.nextInt(200), random.nextInt(4) == 0 ? 1 + random.nextInt(5) : 0);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int malformed = file.malformed();
        for (int line = 0; line < file.lines(); line++) {
            if (malformed > 0 && random.nextBoolean()) {
                bytes.writeBytes(NO_TEXT);
                malformed--;
            }
            bytes.writeBytes((file.number() + " " + line + "\n").getBytes(StandardCharsets.UTF_8));
        }
        for (; malformed > 0; malformed--) {
            bytes.writeBytes(NO_TEXT);
        }
        try {
            Path hidden = directory.resolve(".coming");
            Files.write(hidden, bytes.toByteArray());
            Files.move(hidden, directory.resolve(name(file)), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        written.add(file);
    }

    public static String name(Written file) {
        return "numbers-" + file.number();
    }

    public synchronized List<Written> written() {
        return List.copyOf(written);
    }
}
