/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.CheckpointInfo;
import dev.millrace.streaming.CheckpointVerification;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A checkpoint as one JSON object, for programs; times and the interval are in milliseconds. */
final class CheckpointJson {
    private CheckpointJson() {}

    /** @param batches whether to list every batch that is kept */
    static String of(CheckpointInfo info, boolean batches) {
        Map<String, @Nullable Object> all = new LinkedHashMap<>();
        all.put("id", info.id());
        all.put("interval", info.interval().toMillis());
        all.put("owner", info.owner().orElse(null));
        all.put("lastDecided", info.lastDecided());
        all.put("kept", kept(info.kept(), batches));
        all.put(
                "unpublished",
                info.unpublished().stream().map(CheckpointJson::batch).toList());
        all.put("underWay", info.underWay().stream().map(CheckpointJson::batch).toList());
        all.put("skipped", info.skipped().stream().map(CheckpointJson::skipped).toList());
        all.put(
                "inputs",
                info.inputs().stream()
                        .map(input -> object("name", input.name(), "position", input.position()))
                        .toList());
        all.put("steps", info.steps().stream().map(CheckpointJson::step).toList());
        all.put(
                "accumulators",
                info.accumulators().stream()
                        .map(found -> object("name", found.name(), "sum", found.sum(), "count", found.count()))
                        .toList());
        all.put(
                "outputs",
                info.outputs().stream()
                        .map(output -> object(
                                "name",
                                output.name(),
                                "lastPublished",
                                output.lastPublished(),
                                "parts",
                                output.parts()))
                        .toList());
        return json(all) + "\n";
    }

    static String of(CheckpointVerification found) {
        Map<String, @Nullable Object> all = object("id", found.id(), "right", found.isRight());
        all.put(
                "files",
                found.files().stream()
                        .map(file -> object(
                                "path",
                                file.path(),
                                "bytes",
                                file.bytes(),
                                "state",
                                file.state(),
                                "finding",
                                file.finding()))
                        .toList());
        all.put("refused", found.refused());
        all.put("start", found.start());
        return json(all) + "\n";
    }

    private static Map<String, @Nullable Object> kept(List<BatchTime> kept, boolean batches) {
        Map<String, @Nullable Object> all = object("count", kept.size());
        all.put("first", kept.isEmpty() ? null : kept.get(0));
        all.put("last", kept.isEmpty() ? null : kept.get(kept.size() - 1));
        if (batches) {
            all.put("batches", kept);
        }
        return all;
    }

    private static Map<String, @Nullable Object> batch(CheckpointInfo.Batch batch) {
        return object("time", batch.time(), "inputs", batch.inputs(), "parts", batch.parts());
    }

    private static Map<String, @Nullable Object> skipped(CheckpointInfo.Skipped batch) {
        Map<String, @Nullable Object> all = object("time", batch.time(), "at", batch.at(), "reason", batch.reason());
        all.putAll(object("inputs", batch.inputs(), "kept", batch.kept()));
        return all;
    }

    private static Map<String, @Nullable Object> step(CheckpointInfo.Step step) {
        List<Map<String, @Nullable Object>> types = step.types().stream()
                .map(type -> object("name", type.name(), "enum", type.isEnum(), "fields", type.fields()))
                .toList();
        Map<String, @Nullable Object> all = object("name", step.name(), "kind", step.kind(), "entries", step.entries());
        all.putAll(object("batches", step.batches(), "bytes", step.bytes(), "types", types));
        all.putAll(object("keyTypes", step.keyTypes(), "valueTypes", step.valueTypes()));
        return all;
    }

    private static Map<String, @Nullable Object> object(@Nullable Object... namesAndValues) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            object.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
        }
        return object;
    }

    private static String json(@Nullable Object value) {
        if (value == null || value instanceof Number || value instanceof Boolean) {
            return String.valueOf(value);
        } else if (value instanceof BatchTime time) {
            return String.valueOf(time.milliseconds());
        } else if (value instanceof List<?> list) {
            return list.stream().map(CheckpointJson::json).collect(Collectors.joining(",", "[", "]"));
        } else if (value instanceof Map<?, ?> map) {
            return map.entrySet().stream()
                    .map(entry -> quoted(String.valueOf(entry.getKey())) + ":" + json(entry.getValue()))
                    .collect(Collectors.joining(",", "{", "}"));
        }
        return quoted(value.toString());
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.chars().forEach(c -> {
            if (c == '"' || c == '\\') {
                quoted.append('\\').append((char) c);
            } else if (c < ' ') {
                quoted.append(String.format("\\u%04x", c));
            } else {
                quoted.append((char) c);
            }
        });
        return quoted.append('"').toString();
    }
}
