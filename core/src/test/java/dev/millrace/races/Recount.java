/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.races;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Counts again, from the numbers of each batch as one output shows them, what all the others should show. */
final class Recount {
    private final Path directory;
    private final Map<Long, List<Long>> numbers = new TreeMap<>(); // by batch

    Recount(Path directory) throws IOException {
        this.directory = directory;
        lines("rows").forEach((time, rows) -> numbers.put(time, numbers(rows)));
    }

    private Map<Long, List<String>> lines(String output) throws IOException {
        return new BatchFiles(directory.resolve(output)).byBatch();
    }

    private static List<Long> numbers(List<String> rows) {
        return rows.stream()
                .map(row -> Long.valueOf(row.substring(row.indexOf(' ') + 1)))
                .sorted()
                .toList();
    }

    void check() throws IOException {
        assertThat(numbers.values().stream().flatMap(List::stream).sorted())
                .as("numbers in the table of rows, by batch: %s", numbers)
                .containsExactlyElementsOf(
                        LongStream.range(0, RaceProgram.END).boxed().toList());
        assertThat(byBatch(lines("parts"))).as("parts").isEqualTo(numbers);
        assertThat(byBatch(text())).as("text files").isEqualTo(numbers);
        assertThat(numbers(Files.readAllLines(directory.resolve("seen"))))
                .as("what foreachRDD saw")
                .containsAll(LongStream.range(0, RaceProgram.END).boxed().toList());
        Map<Long, List<String>> lines = lines("lines");
        assertThat(lines.keySet()).as("batches with sums").containsAll(numbers.keySet());
        lines.forEach((time, found) -> checkLines(time, found));
    }

    private void checkLines(long time, List<String> found) {
        assertThat(found.stream().filter(line -> !line.startsWith("count ")))
                .as("sums of batch %s", time)
                .containsExactlyInAnyOrderElementsOf(expected(time));
        assertThat(found.stream().filter(line -> line.startsWith("count ")).map(Recount::keyAndCount))
                .as("running counts of batch %s", time)
                .containsExactlyInAnyOrderElementsOf(expectedCounts(time));
        assertThat(lastCounts(found)).as("last counts of batch %s", time).isSubsetOf(totals(time));
    }

    private static Map<Long, List<Long>> byBatch(Map<Long, List<String>> rows) {
        Map<Long, List<Long>> numbers = new TreeMap<>();
        rows.forEach((time, lines) -> {
            if (!lines.isEmpty()) {
                numbers.put(time, numbers(lines));
            }
        });
        return numbers;
    }

    private Map<Long, List<String>> text() throws IOException {
        Map<Long, List<String>> all = new TreeMap<>();
        Path root = directory.resolve("text");
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String batch = root.relativize(file).getName(0).toString();
                if (batch.startsWith("batch-") && file.getFileName().toString().startsWith("part-")) {
                    all.computeIfAbsent(Long.valueOf(batch.substring("batch-".length())), time -> new ArrayList<>())
                            .addAll(Files.readAllLines(file));
                }
            }
        }
        return all;
    }

    /** All lines of a batch. */
    private List<String> expected(long time) {
        long interval = RaceProgram.INTERVAL.toMillis();
        List<String> lines = new ArrayList<>();
        Map<String, Sum> batch = sums(time - interval, time);
        batch.forEach((key, sum) -> lines.add("sum " + key + " " + sum));
        batch.forEach((key, sum) -> lines.add("combined " + key + " " + sum));
        sums(time - RaceProgram.WINDOW * interval, time).forEach((key, sum) -> lines.add("window " + key + " " + sum));
        sums(Long.MIN_VALUE, time).forEach((key, sum) -> lines.add("total " + key + " " + sum));
        return lines;
    }

    /** The key and how many numbers it had had; sums follow from the order of arrival, which nobody fixes here. */
    private static String keyAndCount(String line) {
        return line.substring("count ".length(), line.lastIndexOf(' '));
    }

    private List<String> expectedCounts(long time) {
        List<String> counts = new ArrayList<>();
        Map<String, Sum> before = sums(Long.MIN_VALUE, time - 1);
        sums(time - 1, time).forEach((key, sum) -> {
            long had = before.containsKey(key) ? before.get(key).count : 0;
            LongStream.rangeClosed(had + 1, had + sum.count).forEach(count -> counts.add(key + " " + count));
        });
        return counts;
    }

    /** The last count and sum of each key that had numbers. */
    private static List<String> lastCounts(List<String> lines) {
        Map<String, String> last = new TreeMap<>();
        Map<String, Long> most = new TreeMap<>();
        for (String line : lines) {
            if (line.startsWith("count ")) {
                String[] words = line.split(" ", -1);
                long count = Long.parseLong(words[2]);
                if (count > most.getOrDefault(words[1], 0L)) {
                    most.put(words[1], count);
                    last.put(words[1], words[1] + " " + words[2] + " " + words[3]);
                }
            }
        }
        return List.copyOf(last.values());
    }

    private List<String> totals(long time) {
        List<String> totals = new ArrayList<>();
        sums(Long.MIN_VALUE, time).forEach((key, sum) -> totals.add(key + " " + sum));
        return totals;
    }

    private record Sum(long count, long sum) {
        @Override
        public String toString() {
            return count + " " + sum;
        }
    }

    /** By key, over the batches after {@code after} and up to {@code until}. */
    private Map<String, Sum> sums(long after, long until) {
        Map<String, Sum> sums = new TreeMap<>();
        numbers.forEach((time, batch) -> {
            if (time > after && time <= until) {
                batch.forEach(number -> sums.merge(
                        Amount.key(number),
                        new Sum(1, number),
                        (one, other) -> new Sum(one.count + other.count, one.sum + other.sum)));
            }
        });
        return sums;
    }
}
