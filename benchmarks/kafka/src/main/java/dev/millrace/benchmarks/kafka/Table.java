/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.benchmarks.kafka;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** The results of a comparison: for each side and figure the median of the rounds, all rounds, and the ratio to the first side. */
final class Table<T> {
    private final String title;
    private final Map<Peer, List<T>> results;
    private final List<Column<T>> columns = new ArrayList<>();

    private record Column<T>(String name, String format, ToDoubleFunction<T> figure) {
        String shown(double value) {
            return String.format(Locale.ROOT, format, value);
        }
    }

    Table(String title, Map<Peer, List<T>> results) {
        this.title = title;
        this.results = results;
    }

    void column(String name, String format, ToDoubleFunction<T> figure) {
        columns.add(new Column<>(name, format, figure));
    }

    static <T> double median(List<T> results, ToDoubleFunction<T> figure) {
        double[] sorted = results.stream().mapToDouble(figure).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    void print() {
        StringBuilder text = new StringBuilder("\n| " + title + " |");
        columns.forEach(column -> text.append(' ').append(column.name()).append(" | ratio |"));
        text.append("\n|---|").append("---|---|".repeat(columns.size())).append('\n');
        List<T> base = results.values().iterator().next();
        results.forEach((peer, each) -> {
            text.append("| ").append(peer.name()).append(" |");
            for (Column<T> column : columns) {
                double median = median(each, column.figure());
                text.append(' ')
                        .append(column.shown(median))
                        .append(rounds(column, each))
                        .append(" | ");
                text.append(String.format(Locale.ROOT, "%.2f |", median / median(base, column.figure())));
            }
            text.append('\n');
        });
        System.out.print(text);
    }

    private String rounds(Column<T> column, List<T> each) {
        if (each.size() < 2) {
            return "";
        }
        List<String> all = each.stream()
                .map(result -> column.shown(column.figure().applyAsDouble(result)))
                .toList();
        return " [" + String.join(" ", all) + "]";
    }
}
