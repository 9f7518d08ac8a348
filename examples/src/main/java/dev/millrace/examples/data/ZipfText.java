/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.examples.data;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * Text files of words with a Zipf distribution, in lines of about 100 bytes; the same options give the same bytes. Each
 * file is written under a hidden name and renamed when it is complete.
 *
 * @param bytes of all files together, about: a file ends with the line that reaches its share
 * @param words the number of different words
 * @param seed of the words and their order
 * @param files the number of files
 * @param directory for the files, part-00000.txt and so on
 * @param pauseMillis between two files that are renamed, to let them arrive one by one
 */
public record ZipfText(long bytes, int words, long seed, int files, Path directory, long pauseMillis) {
    private static final int LINE = 96;
    private static final int LONGEST_WORD = 16;
    private static final Set<String> OPTIONS = Set.of("--bytes", "--out", "--words", "--seed", "--files", "--rate");
    private static final String USAGE =
            "usage: ZipfText --bytes 1g --out DIR [--words 200000] [--seed 42] [--files 1] [--rate MILLIS]";

    public ZipfText {
        if (bytes < 1 || words < 1 || words > Vocabulary.MOST || files < 1 || pauseMillis < 0) {
            throw new IllegalArgumentException(
                    "bytes, words and files are at least 1, words at most 1000000, and the rate is not negative");
        }
    }

    /** Writes the files. */
    public void write() throws IOException {
        Files.createDirectories(directory);
        Vocabulary vocabulary = new Vocabulary(words, seed);
        Zipf zipf = new Zipf(words, seed);
        for (int i = 0; i < files; i++) {
            Path file = directory.resolve(String.format(Locale.ROOT, "part-%05d.txt", i));
            Path hidden = directory.resolve("." + file.getFileName() + ".tmp");
            try (OutputStream out = Files.newOutputStream(hidden)) {
                writeFile(out, bytes * (i + 1) / files - bytes * i / files, vocabulary, zipf);
            }
            if (i > 0 && pauseMillis > 0) {
                LockSupport.parkNanos(pauseMillis * 1_000_000);
            }
            Files.move(hidden, file, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private static void writeFile(OutputStream out, long size, Vocabulary vocabulary, Zipf zipf) throws IOException {
        byte[] buffer = new byte[256 * 1024];
        int at = 0;
        int line = 0;
        for (long written = 0; written + at < size || at != line; ) {
            at = vocabulary.write(zipf.next(), buffer, at);
            if (at - line >= LINE) {
                buffer[at - 1] = '\n';
                line = at;
                if (at > buffer.length - LINE - LONGEST_WORD) {
                    out.write(buffer, 0, at);
                    written += at;
                    at = 0;
                    line = 0;
                }
            }
        }
        out.write(buffer, 0, at);
    }

    public static void main(String[] args) throws IOException {
        try {
            parse(args).write();
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.err.println(USAGE);
            System.exit(2);
        }
    }

    static ZipfText parse(String... args) {
        Map<String, String> given = new HashMap<>();
        for (int i = 0; i < args.length; i += 2) {
            if (!OPTIONS.contains(args[i]) || i + 1 == args.length) {
                throw new IllegalArgumentException(args[i] + " is no option, or has no value");
            }
            given.put(args[i], args[i + 1]);
        }
        String bytes = given.get("--bytes");
        String out = given.get("--out");
        if (bytes == null || out == null) {
            throw new IllegalArgumentException("--bytes and --out are needed");
        }
        return new ZipfText(
                size(bytes),
                Integer.parseInt(given.getOrDefault("--words", "200000")),
                Long.parseLong(given.getOrDefault("--seed", "42")),
                Integer.parseInt(given.getOrDefault("--files", "1")),
                Path.of(out),
                Long.parseLong(given.getOrDefault("--rate", "0")));
    }

    /** Such as 4096, 64k, 50m or 1g. */
    private static long size(String text) {
        int unit = "kmg".indexOf(Character.toLowerCase(text.charAt(text.length() - 1)));
        String number = unit < 0 ? text : text.substring(0, text.length() - 1);
        return Math.multiplyExact(Long.parseLong(number), 1L << (10 * (unit + 1)));
    }
}
