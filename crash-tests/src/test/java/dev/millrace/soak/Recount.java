/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.soak.peers.NumberedFiles;
import dev.millrace.soak.peers.NumberedLines;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Counts again, batch by batch, what the program has put out. Numbers and files are exact whatever happens to the program: each
 * number and each file once. A line from a socket can be sent by nobody again: of each connection there is what was sent up
 * to some line, each line once and in order. Windows, states and sessions follow from the numbers.
 */
final class Recount {
    private final Map<Long, Long> totals = new TreeMap<>();
    private final TreeMap<Long, Map<Long, Long>> window = new TreeMap<>(); // by batch
    private final Map<Long, Long> sessions = new HashMap<>();
    private final Map<Integer, Span> files = new HashMap<>();
    private final Map<Integer, Long> lines = new HashMap<>(); // how many of each connection
    private final Map<Long, String> spans = new TreeMap<>(); // of the numbers, by batch
    private long numbers;

    /** Reads all rows. */
    static Recount of(Path rows) throws IOException {
        Recount recount = new Recount();
        long before = -1;
        for (Path file : RowFiles.files(rows)) {
            long time = RowFiles.time(file);
            assertThat(time).as("a batch is there once: %s", file).isGreaterThan(before);
            before = time;
            recount.batch(time, Files.readAllLines(file));
        }
        return recount;
    }

    private void batch(long time, List<String> rows) {
        Map<String, List<String[]>> byKind = new HashMap<>();
        for (String row : rows) {
            String[] parts = row.split(" ", -1);
            byKind.computeIfAbsent(parts[0], kind -> new ArrayList<>()).add(parts);
        }
        byKind.getOrDefault("numbers", List.of()).forEach(row -> numbers(time, row));
        Map<Long, Long> counts = values(byKind.get("key"));
        counts.forEach((key, count) -> totals.merge(key, count, Long::sum));
        assertThat(values(byKind.get("total"))).as("totals at %d", time).isEqualTo(totals);
        windows(time, counts, values(byKind.get("window")), values(byKind.get("inverse")));
        values(byKind.get("session")).forEach((session, count) -> sessions.merge(session, count, Long::sum));
        byKind.getOrDefault("file", List.of()).forEach(row -> {
            assertThat(files.put(Integer.valueOf(row[1]), Span.parse(row, 2)))
                    .as("file %s comes again", row[1])
                    .isNull();
        });
        byKind.getOrDefault("line", List.of()).forEach(this::lines);
    }

    private static Map<Long, Long> values(List<String[]> rows) {
        Map<Long, Long> values = new TreeMap<>();
        if (rows != null) {
            rows.forEach(row -> assertThat(values.put(Long.valueOf(row[1]), Long.valueOf(row[2])))
                    .isNull());
        }
        return values;
    }

    private void numbers(long time, String[] row) {
        Span span = Span.parse(row, 1);
        assertThat(span.first()).as("the first number at %d", time).isEqualTo(numbers + 1);
        assertThat(span.isWhole()).as("%s at %d", span, time).isTrue();
        numbers = span.last();
        spans.put(time, String.join(" ", row));
    }

    private void windows(long time, Map<Long, Long> counts, Map<Long, Long> plain, Map<Long, Long> inverse) {
        window.put(time, counts);
        window.headMap(time - SoakProgram.WINDOW.toMillis(), true).clear();
        Map<Long, Long> expected = new TreeMap<>();
        window.values().forEach(batch -> batch.forEach((key, count) -> expected.merge(key, count, Long::sum)));
        assertThat(plain).as("window at %d", time).isEqualTo(expected);
        assertThat(inverse).as("window with an inverse at %d", time).isEqualTo(expected);
    }

    private void lines(String[] row) {
        Span span = Span.parse(row, 2);
        int connection = Integer.parseInt(row[1]);
        assertThat(span.first())
                .as("the first line of connection %d", connection)
                .isEqualTo(lines.getOrDefault(connection, 0L));
        assertThat(span.isWhole()).as("%s of connection %d", span, connection).isTrue();
        lines.put(connection, span.last() + 1);
    }

    /** Each number up to the last, each in a session that has ended. */
    void mustHaveNumbers(long last) {
        assertThat(numbers).as("the last number").isEqualTo(last);
        Map<Long, Long> expected = new HashMap<>();
        for (long session = 0; session <= last / SoakProgram.SESSION; session++) {
            long begin = Math.max(1, session * SoakProgram.SESSION);
            expected.put(session, Math.min(last, (session + 1) * SoakProgram.SESSION - 1) - begin + 1);
        }
        assertThat(sessions).as("sessions").isEqualTo(expected);
    }

    void mustHaveFiles(List<NumberedFiles.Written> written) {
        assertThat(files).as("files").hasSameSizeAs(written);
        for (NumberedFiles.Written file : written) {
            long lines = file.lines();
            assertThat(files.get(file.number()))
                    .as("%s", file)
                    .isEqualTo(new Span(0, lines - 1, lines, lines * (lines - 1) / 2));
        }
    }

    /** Lines of connections that the program had heard to the end in a life that ended in order. */
    void mustHaveLines(List<NumberedLines.Heard> whole) {
        for (NumberedLines.Heard connection : whole) {
            assertThat(lines).as("%s", connection).containsEntry(connection.connection(), connection.lines());
        }
    }

    /** The other output says the same of the numbers as the rows. */
    void mustBeCopied(Path copy) throws IOException {
        Map<Long, String> copied = new TreeMap<>();
        try (Stream<Path> batches = Files.list(copy)) {
            batches.filter(batch -> !batch.getFileName().toString().startsWith("."))
                    .forEach(batch -> copied.put(
                            Long.parseLong(batch.getFileName().toString().substring("batch-".length())), text(batch)));
        }
        assertThat(copied).isEqualTo(spans);
    }

    private static String text(Path batch) {
        try (Stream<Path> parts = Files.list(batch)) {
            StringBuilder text = new StringBuilder();
            for (Path part : parts.sorted().toList()) {
                text.append(Files.readString(part));
            }
            return text.toString().strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return "%,d numbers in %,d batches, %,d sessions, %,d files, lines of %,d connections"
                .formatted(numbers, spans.size(), sessions.size(), files.size(), lines.size());
    }
}
