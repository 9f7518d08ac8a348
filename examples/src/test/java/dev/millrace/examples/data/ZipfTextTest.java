/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.examples.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ZipfTextTest {
    @TempDir
    private Path directory;

    private List<Path> write(String name, String... more) throws IOException {
        Path out = directory.resolve(name);
        String[] options = Stream.concat(
                        Stream.of("--out", out.toString(), "--bytes", "2m", "--words", "1000"), Arrays.stream(more))
                .toArray(String[]::new);
        ZipfText.parse(options).write();
        try (Stream<Path> files = Files.list(out)) {
            return files.sorted().toList();
        }
    }

    @Test
    void shouldWriteTheSameBytesWhenTheSeedIsTheSame() throws IOException {
        List<Path> first = write("first", "--files", "3", "--seed", "1");
        List<Path> same = write("same", "--files", "3", "--seed", "1");
        List<Path> other = write("other", "--files", "3", "--seed", "2");

        assertThat(first)
                .hasSize(3)
                .allSatisfy(file ->
                        assertThat(Files.size(file)).isBetween(2L * 1024 * 1024 / 3, 2L * 1024 * 1024 / 3 + 110));
        for (int i = 0; i < 3; i++) {
            assertThat(first.get(i)).hasSameBinaryContentAs(same.get(i));
            assertThat(Files.mismatch(first.get(i), other.get(i))).isNotNegative();
        }
    }

    @Test
    void shouldWriteLinesOfAboutAHundredBytes() throws IOException {
        List<String> lines = Files.readAllLines(write("lines").get(0));

        assertThat(lines.subList(0, lines.size() - 1))
                .allSatisfy(line -> assertThat(line.length()).isBetween(80, 110));
    }

    @Test
    void shouldGiveEachWordAShareThatFallsWithItsRank() throws IOException {
        Map<String, Long> counts = Files.readAllLines(write("shares").get(0)).stream()
                .flatMap(line -> Arrays.stream(line.split(" ")))
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
        List<Long> byRank =
                counts.values().stream().sorted(Comparator.reverseOrder()).toList();
        double words = byRank.stream().mapToLong(Long::longValue).sum();
        double harmonic = 0;
        for (int k = 1; k <= 1000; k++) {
            harmonic += 1.0 / k;
        }

        assertThat(counts).hasSize(1000);
        for (int rank : new int[] {1, 2, 3, 10}) {
            assertThat(byRank.get(rank - 1) / words).isCloseTo(1 / (rank * harmonic), within(0.05 / rank / harmonic));
        }
    }

    @Test
    void shouldSayWhatIsWrongWhenAnOptionCannotBeUsed() {
        assertThatThrownBy(() -> ZipfText.parse("--bytes", "1k")).hasMessage("--bytes and --out are needed");
        assertThatThrownBy(() -> ZipfText.parse("--size", "1k")).hasMessage("--size is no option, or has no value");
        assertThatThrownBy(() -> ZipfText.parse("--bytes", "1k", "--out", "x", "--words", "1000001"))
                .hasMessage(
                        "bytes, words and files are at least 1, words at most 1000000, and the rate is not negative");
    }
}
