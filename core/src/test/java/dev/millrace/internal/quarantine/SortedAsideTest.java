/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.quarantine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.spi.QuarantinedRecord;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SortedAsideTest {
    @TempDir
    private Path directory;

    private static AsideLine line(int operator, int number, String error) {
        return AsideLine.of(new QuarantinedRecord(
                ("raw " + number).getBytes(StandardCharsets.UTF_8),
                "partition " + number % 3 + " record " + number,
                "operator " + operator,
                error));
    }

    private SortedAside aside(long mostInMemory, int fanIn) {
        return new SortedAside(run -> directory.resolve("run-" + run), mostInMemory, fanIn);
    }

    private static List<String> texts(SortedAside aside) throws IOException {
        List<String> texts = new ArrayList<>();
        try (MergedLines lines = aside.lines()) {
            lines.texts(line -> {}).forEachRemaining(texts::add);
        }
        return texts;
    }

    /** As a sorted map would have it, whatever is in memory, in runs, in merged runs and in a file that was written. */
    @Test
    void shouldKeepThePlacesOfAllRunsOnceAndInOrder() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 20; round++) {
            SortedAside aside = aside(500 + random.nextInt(20_000), 2 + random.nextInt(3));
            TreeMap<String, String> expected = new TreeMap<>();
            int different = 1 + random.nextInt(300);
            for (int i = random.nextInt(600); i > 0; i--) {
                AsideLine line = line(random.nextInt(2), random.nextInt(different), "error");
                assertThat(aside.add(line) || expected.containsKey(line.key()))
                        .as("seed %d", seed)
                        .isTrue();
                expected.put(line.key(), line.text());
                if (random.nextInt(100) == 0) {
                    aside.written(written(aside, round * 1000 + i));
                }
            }
            assertThat(texts(aside)).as("seed %d", seed).containsExactlyElementsOf(expected.values());
            aside.close();
            try (var left = Files.list(directory)) {
                assertThat(left.map(file -> file.getFileName().toString()))
                        .as("seed %d", seed)
                        .noneMatch(name -> name.startsWith("run"));
            }
        }
    }

    private Path written(SortedAside aside, int number) throws IOException {
        try (MergedLines lines = aside.lines()) {
            return LineFiles.write(
                    directory.resolve("written-" + number), lines.texts(line -> {}), number % 2 == 0, true);
        }
    }

    @Test
    void shouldKeepTheFirstOfTwoEntriesOfOnePlace() throws IOException {
        try (SortedAside aside = aside(1, 2)) {
            aside.add(line(1, 7, "first"));
            aside.add(line(1, 8, "other"));
            aside.add(line(1, 7, "second"));
            assertThat(texts(aside))
                    .containsExactly(
                            line(1, 7, "first").text(), line(1, 8, "other").text());
        }
    }

    @Test
    void shouldSortNumbersByValue() throws IOException {
        try (SortedAside aside = aside(1, 2)) {
            for (int number : List.of(100, 4, 1_000_000, 22)) { // all in partition 1
                aside.add(line(1, number, "error"));
            }
            assertThat(texts(aside))
                    .extracting(text -> text.replaceAll(".*record (\\d+).*", "$1"))
                    .containsExactly("4", "22", "100", "1000000");
        }
    }

    @Test
    void shouldForgetWhatIsTooMuchWhereNothingIsKept() throws IOException {
        try (SortedAside aside = new SortedAside(null, 1, 2)) {
            aside.add(line(1, 1, "error"));
            assertThat(aside.isInMemory()).isFalse();
            assertThat(texts(aside)).isEmpty();
        }
    }

    @Test
    void shouldReadFilesWhetherTheyAreCompressedOrNot() throws IOException {
        for (boolean compressed : List.of(true, false)) {
            for (List<String> lines : List.of(List.<String>of(), List.of("a"), List.of("a", "\u00e4\ud83d\ude00"))) {
                Path file = LineFiles.write(directory.resolve("f"), lines.iterator(), compressed, false);
                assertThat(LineFiles.isCompressed(file)).isEqualTo(compressed);
                try (BufferedReader read = LineFiles.open(file)) {
                    assertThat(read.lines()).containsExactlyElementsOf(lines);
                }
            }
        }
    }
}
