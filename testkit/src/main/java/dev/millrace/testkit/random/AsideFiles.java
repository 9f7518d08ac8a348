/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.random;

import dev.millrace.MillraceConf;
import dev.millrace.spi.Codec;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.QuarantineEntry;
import dev.millrace.streaming.StreamingContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** A quarantine for one run of a random program, deleted after it. */
final class AsideFiles implements AutoCloseable {
    private static final long BATCH_MILLIS = 1_000;

    private final Path directory;

    AsideFiles() throws IOException {
        directory = Files.createTempDirectory("millrace-aside-");
    }

    Path directory() {
        return directory;
    }

    /** Reads the records that each step has put aside, batch by batch of the step. */
    Map<String, List<List<Object>>> read(RandomProgram program) {
        Map<String, List<List<Object>>> aside = new LinkedHashMap<>();
        if (!program.guarded().isEmpty()) {
            Map<String, Map<Long, List<Object>>> entries = entries();
            program.guarded().forEach((place, operator) -> {
                Map<Long, List<Object>> byBatch = entries.getOrDefault(operator, Map.of());
                int slide = program.slides().get(place);
                List<List<Object>> batches = new ArrayList<>();
                for (int batch = slide; batch <= program.batches(); batch += slide) {
                    batches.add(byBatch.getOrDefault(batch * BATCH_MILLIS, List.of()));
                }
                aside.put(RandomProgram.nameOfAside(place), batches);
            });
        }
        return aside;
    }

    /** The records by operator and batch. */
    private Map<String, Map<Long, List<Object>>> entries() {
        Map<String, Map<Long, List<Object>>> entries = new HashMap<>();
        MillraceConf conf = new MillraceConf().setMaster("local");
        try (StreamingContext ssc = new StreamingContext(conf, Durations.milliseconds(BATCH_MILLIS))) {
            Codec codec = ssc.millraceContext().codec();
            ssc.quarantined(directory).foreachRDD("read", rdd -> {
                for (QuarantineEntry entry : rdd.collect()) {
                    entries.computeIfAbsent(entry.operator(), operator -> new HashMap<>())
                            .computeIfAbsent(entry.batch().milliseconds(), batch -> new ArrayList<>())
                            .add(Objects.requireNonNull(codec.decode(entry.raw())));
                }
            });
            ssc.runBatches(1);
        }
        return entries;
    }

    @Override
    public void close() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }
}
