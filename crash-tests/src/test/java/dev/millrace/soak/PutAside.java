/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.soak;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.soak.peers.NumberedFiles;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** Records that were put aside, counted and deleted from time to time, as somebody does who runs such a program. */
final class PutAside {
    private static final Pattern OF_FILE = Pattern.compile("\"place\":\"file [^\"]*/numbers-(\\d+) byte \\d+\"");

    private final Map<Integer, Integer> ofFiles = new HashMap<>();
    private final Set<String> places = new HashSet<>();
    private final List<String> twice = new ArrayList<>();
    private final Path directory;
    private long entries;
    private long bytes;

    PutAside(Path directory) {
        this.directory = directory;
    }

    synchronized void collect() {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> decided = Files.list(directory)) {
            for (Path file : decided.filter(path -> path.toString().matches(".*\\.jsonl(\\.gz)?"))
                    .toList()) {
                bytes += Files.size(file);
                try (BufferedReader lines = lines(file)) {
                    lines.lines().forEach(this::entry);
                }
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static BufferedReader lines(Path file) throws IOException {
        InputStream in = Files.newInputStream(file);
        return new BufferedReader(
                new InputStreamReader(file.toString().endsWith(".gz") ? new GZIPInputStream(in) : in, UTF_8));
    }

    private void entry(String line) {
        entries++;
        Matcher place = OF_FILE.matcher(line);
        if (place.find()) {
            assertThat(places.add(place.group()))
                    .as("put aside twice: %s", line)
                    .isTrue();
            ofFiles.merge(Integer.valueOf(place.group(1)), 1, Integer::sum);
        }
    }

    /** Each malformed line of the files once. */
    synchronized void mustHave(List<NumberedFiles.Written> written) {
        Map<Integer, Integer> expected = new HashMap<>();
        written.forEach(file -> expected.merge(file.number(), file.malformed(), Integer::sum));
        expected.values().removeIf(malformed -> malformed == 0);
        assertThat(twice).as("put aside twice").isEmpty();
        assertThat(ofFiles).as("malformed lines of files").isEqualTo(expected);
    }

    @Override
    public synchronized String toString() {
        return "%,d entries of %,d bytes put aside".formatted(entries, bytes);
    }
}
