/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.CheckpointInfo;
import dev.millrace.streaming.CheckpointInfo.Accumulator;
import dev.millrace.streaming.CheckpointInfo.Kind;
import dev.millrace.streaming.CheckpointInfo.Output;
import dev.millrace.streaming.CheckpointInfo.Step;
import dev.millrace.streaming.CheckpointInfo.Type;
import dev.millrace.streaming.CheckpointVerification;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A checkpoint as text for people: a heading, then sections of lines with their columns aligned. */
final class CheckpointText {
    private static final int MOST_BATCHES = 10; // after a roll back there may be thousands

    private final StringBuilder text = new StringBuilder();

    /** @param everyBatch whether to list every batch that is kept */
    CheckpointText(Path directory, CheckpointInfo info, boolean everyBatch) {
        BatchTime last = info.lastDecided();
        text.append("checkpoint ").append(directory).append('\n');
        text.append("a batch each ").append(info.interval().toMillis()).append(" ms\n");
        text.append(last == null ? "none decided yet" : "last decided " + Batches.dated(last))
                .append('\n');
        text.append("id ").append(info.id()).append('\n');
        info.owner()
                .ifPresent(owner -> text.append("last taken by ").append(owner).append('\n'));
        section("Batches", batches(info, everyBatch));
        section(
                "Inputs",
                info.inputs().stream()
                        .map(input -> List.of(input.name(), input.position()))
                        .toList());
        section(
                "States and windows",
                info.steps().stream().map(CheckpointText::step).toList());
        section("Types", types(info));
        section(
                "Durable accumulators",
                info.accumulators().stream().map(CheckpointText::accumulator).toList());
        section(
                "Staged outputs",
                info.outputs().stream().map(CheckpointText::output).toList());
    }

    private CheckpointText(Path directory, CheckpointVerification found) {
        text.append("checkpoint ").append(directory).append('\n');
        if (found.id() != null) {
            text.append("id ").append(found.id()).append('\n');
        }
        section("Files", found.files().stream().map(CheckpointText::file).toList());
        text.append('\n')
                .append(
                        found.refused() == null
                                ? "A start would " + found.start().replaceFirst("; ", ";\n")
                                : "A start would be refused: " + found.refused())
                .append('\n');
    }

    /** Describes what was found in each file of a checkpoint, and what a start would do. */
    static String of(Path directory, CheckpointVerification found) {
        return new CheckpointText(directory, found).toString();
    }

    private static List<String> file(CheckpointVerification.File file) {
        String state = file.state().name().toLowerCase(Locale.ROOT).replace('_', ' ');
        String bytes = String.format(Locale.ROOT, "%,d bytes", file.bytes());
        return file.finding().isEmpty()
                ? List.of(file.path(), bytes, state)
                : List.of(file.path(), bytes, state, file.finding());
    }

    private void section(String title, List<List<String>> lines) {
        if (lines.isEmpty()) {
            return;
        }
        text.append('\n').append(title).append('\n');
        int columns = lines.stream().mapToInt(List::size).max().orElse(0);
        int[] widths = new int[columns];
        for (List<String> line : lines) {
            for (int i = 0; i < line.size(); i++) {
                widths[i] = Math.max(widths[i], line.get(i).length());
            }
        }
        for (List<String> line : lines) {
            StringBuilder one = new StringBuilder("  ");
            for (int i = 0; i < line.size(); i++) {
                one.append(line.get(i));
                one.append(
                        " ".repeat(i + 1 < line.size() ? widths[i] - line.get(i).length() + 2 : 0));
            }
            text.append(one).append('\n');
        }
    }

    private static List<List<String>> batches(CheckpointInfo info, boolean every) {
        List<List<String>> lines = new ArrayList<>();
        List<BatchTime> kept = info.kept();
        if (!kept.isEmpty()) {
            lines.add(List.of(
                    "kept",
                    kept.get(0) + (kept.size() == 1 ? "" : " to " + kept.get(kept.size() - 1)) + ": " + kept.size()
                            + (kept.size() == 1 ? " batch" : " batches") + " that can be gone back to"));
        }
        if (every) {
            kept.forEach(batch -> lines.add(List.of("", Batches.dated(batch))));
        }
        info.unpublished()
                .forEach(batch -> lines.add(List.of("to publish", batch.time() + ": " + counts(batch.parts()))));
        info.skipped().forEach(batch -> lines.add(List.of("skipped", batch.time() + ": " + skipped(batch))));
        List<CheckpointInfo.Batch> again = info.underWay();
        again.stream()
                .limit(MOST_BATCHES)
                .forEach(batch -> lines.add(List.of("to run again", batch.time() + ": " + taken(batch))));
        if (again.size() > MOST_BATCHES) {
            lines.add(List.of(
                    "to run again",
                    plural(again.size() - MOST_BATCHES, "batch") + " more, to "
                            + again.get(again.size() - 1).time()));
        }
        return lines;
    }

    private static String skipped(CheckpointInfo.Skipped batch) {
        return inWords(batch.inputs(), "took nothing", " was to take ") + "; at " + batch.at()
                + (batch.reason().isEmpty() ? "" : ", because: " + batch.reason())
                + (batch.kept() ? "; kept for replay" : "; not kept any more");
    }

    private static String counts(Map<String, Integer> parts) {
        return parts.isEmpty()
                ? "nothing is staged"
                : parts.entrySet().stream()
                        .map(output -> output.getKey() + " " + plural(output.getValue(), "part"))
                        .collect(Collectors.joining(", "));
    }

    private static String taken(CheckpointInfo.Batch batch) {
        return inWords(batch.inputs(), "", " takes ");
    }

    private static String inWords(Map<String, String> inputs, String ifNone, String verb) {
        return inputs.isEmpty()
                ? ifNone
                : inputs.entrySet().stream()
                        .map(input -> input.getKey() + verb + input.getValue())
                        .collect(Collectors.joining("; "));
    }

    private static List<String> step(Step step) {
        String what = step.kind() == Kind.STATE
                ? plural(step.entries(), "key")
                : plural(step.entries(), "record") + " of "
                        + plural(step.batches().size(), "batch");
        String types = String.join(" or ", step.keyTypes())
                + (step.keyTypes().isEmpty() || step.valueTypes().isEmpty() ? "" : " to ")
                + String.join(" or ", step.valueTypes());
        return List.of(
                step.name(),
                step.kind() == Kind.STATE ? "state" : "window",
                what,
                String.format(Locale.ROOT, "%,d bytes", step.bytes()),
                types);
    }

    private static List<String> accumulator(Accumulator accumulator) {
        return accumulator.sum() == null
                ? List.of(accumulator.name(), plural(accumulator.count(), "value"))
                : List.of(
                        accumulator.name(),
                        "sum " + accumulator.sum() + " of " + plural(accumulator.count(), "addition"));
    }

    private static List<List<String>> types(CheckpointInfo info) {
        Map<String, List<String>> lines = new LinkedHashMap<>();
        for (Step step : info.steps()) {
            for (Type type : step.types()) {
                String fields = type.fields().entrySet().stream()
                        .map(field -> field.getValue() + " " + field.getKey())
                        .collect(Collectors.joining(", ", "(", ")"));
                String line = type.isEnum() ? "enum" : fields;
                lines.putIfAbsent(type.name() + line, List.of(type.name(), line));
            }
        }
        return List.copyOf(lines.values());
    }

    private static List<String> output(Output output) {
        BatchTime last = output.lastPublished();
        return List.of(
                output.name(),
                last == null
                        ? "nothing published yet"
                        : "last published " + Batches.dated(last) + ", " + plural(output.parts(), "part"));
    }

    private static String plural(long count, String what) {
        String ending = count == 1 ? "" : what.endsWith("ch") ? "es" : "s";
        return String.format(Locale.ROOT, "%,d %s%s", count, what, ending);
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
