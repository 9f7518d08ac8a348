/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.engine;

import dev.millrace.MillraceConf;
import dev.millrace.error.InvalidProgramException;
import dev.millrace.internal.codec.DeclaredCodec;
import dev.millrace.internal.conf.Options;
import dev.millrace.internal.conf.Settings;
import dev.millrace.internal.memory.MemoryBudget;
import dev.millrace.internal.memory.MemorySpace;
import dev.millrace.internal.memory.SpillDirectory;
import java.util.List;
import java.util.ServiceLoader;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Picks the engine of a master. */
final class Engines {
    private static final Pattern LOCAL = Pattern.compile("local(?:\\[(\\*|[1-9][0-9]{0,3})])?");
    private static final Pattern SPARK = Pattern.compile("spark:.*|yarn|k8s://.*");

    private Engines() {}

    static ExecutionEngine create(MillraceConf conf, Settings settings, MemoryBudget memory) {
        String master = settings.get(Options.MASTER);
        if (master == null) {
            throw refused("no master is set; add conf.setMaster(\"local[*]\")");
        }
        Matcher local = LOCAL.matcher(master);
        if (local.matches()) {
            RetryPolicy retries = new RetryPolicy(
                    settings.get(Options.TASK_MAX_ATTEMPTS),
                    settings.get(Options.TASK_RETRY_DELAY),
                    settings.get(Options.TASK_MAX_RETRY_DELAY));
            return new EmbeddedEngine(threads(local.group(1)), retries, space(conf, settings, memory));
        }
        for (EngineProvider provider : ServiceLoader.load(EngineProvider.class)) {
            if (provider.accepts(master)) {
                return provider.create(master, conf, settings);
            }
        }
        if (SPARK.matcher(master).matches()) {
            throw refused("master \"" + master + "\" runs on Spark, and the Spark module is not on the class path; add"
                    + " dev.millrace:millrace-engine-spark and org.apache.spark:spark-core_2.13");
        }
        throw refused(
                "\"" + master + "\" is no master; use local, local[n], local[*], spark:local[n], spark://host:port,"
                        + " yarn or k8s://...");
    }

    private static MemorySpace space(MillraceConf conf, Settings settings, MemoryBudget memory) {
        SpillDirectory files = new SpillDirectory(settings.get(Options.SPILL_DIRECTORY));
        return new MemorySpace(memory, files, new DeclaredCodec(conf)::current);
    }

    private static int threads(@org.jspecify.annotations.Nullable String number) {
        if (number == null) {
            return 1;
        }
        return number.equals("*") ? Runtime.getRuntime().availableProcessors() : Integer.parseInt(number);
    }

    private static InvalidProgramException refused(String problem) {
        return new InvalidProgramException("The master cannot be used:", List.of(problem));
    }
}
