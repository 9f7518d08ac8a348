/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.engine.spark;

import dev.millrace.internal.codec.DeclaredCodec;
import dev.millrace.streaming.BatchTime;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;

/** One translation a batch, so that its outputs share shuffles; one a job outside batches. Safe for several threads. */
final class Translations {
    private final JavaSparkContext spark;
    private final DeclaredCodec codec;
    private final StepVersions steps;
    private final PersistedRdds persisted;
    private final Map<BatchTime, Translation> byBatch = new HashMap<>();

    Translations(JavaSparkContext spark, DeclaredCodec codec, StepVersions steps, PersistedRdds persisted) {
        this.spark = spark;
        this.codec = codec;
        this.steps = steps;
        this.persisted = persisted;
    }

    synchronized Translation of(@Nullable BatchTime batch) {
        return batch == null ? make() : byBatch.computeIfAbsent(batch, time -> make());
    }

    private Translation make() {
        return new Translation(spark, codec.current(), steps, persisted);
    }

    synchronized void close(BatchTime batch) {
        Translation translation = byBatch.remove(batch);
        if (translation != null) {
            translation.close();
        }
    }

    synchronized void close() {
        byBatch.values().forEach(Translation::close);
        byBatch.clear();
    }
}
