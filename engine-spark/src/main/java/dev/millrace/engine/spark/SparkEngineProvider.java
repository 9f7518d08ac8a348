/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.engine.spark;

import dev.millrace.MillraceConf;
import dev.millrace.internal.conf.Options;
import dev.millrace.internal.conf.Settings;
import dev.millrace.internal.engine.EngineProvider;
import dev.millrace.internal.engine.ExecutionEngine;
import java.util.regex.Pattern;

/** Makes the engine of {@code spark:local[n]}, {@code spark:local[*]}, {@code spark://...}, {@code yarn}, {@code k8s://...}. */
public final class SparkEngineProvider implements EngineProvider {
    private static final Pattern SPARK = Pattern.compile("spark:.*|yarn|k8s:.*");

    @Override
    public boolean accepts(String master) {
        return SPARK.matcher(master).matches();
    }

    @Override
    public ExecutionEngine create(String master, MillraceConf conf, Settings settings) {
        int maxAttempts = settings.get(Options.TASK_MAX_ATTEMPTS);
        return new SparkEngine(SparkMaster.of(master, maxAttempts), conf, settings.get(Options.APP_NAME));
    }
}
