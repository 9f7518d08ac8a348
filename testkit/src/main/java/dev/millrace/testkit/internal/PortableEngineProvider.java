/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.internal;

import dev.millrace.MillraceConf;
import dev.millrace.internal.codec.DeclaredCodec;
import dev.millrace.internal.conf.Options;
import dev.millrace.internal.conf.Settings;
import dev.millrace.internal.engine.EmbeddedEngine;
import dev.millrace.internal.engine.EngineProvider;
import dev.millrace.internal.engine.ExecutionEngine;
import dev.millrace.internal.engine.RetryPolicy;
import dev.millrace.internal.memory.MemoryBudget;
import dev.millrace.internal.memory.MemorySpace;
import dev.millrace.internal.memory.SpillDirectory;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes the engine of {@code portable:local[n]}, on which a test finds what would differ on a cluster. */
public final class PortableEngineProvider implements EngineProvider {
    /** The text that stands before the master on whose engine it runs. */
    public static final String PREFIX = "portable:";

    private static final Pattern MASTER = Pattern.compile(PREFIX + "local(?:\\[([1-9][0-9]{0,3})])?");

    /** Found by name. */
    public PortableEngineProvider() {}

    @Override
    public boolean accepts(String master) {
        return MASTER.matcher(master).matches();
    }

    @Override
    public ExecutionEngine create(String master, MillraceConf conf, Settings settings) {
        Matcher parts = MASTER.matcher(master);
        if (!parts.matches()) {
            throw new IllegalArgumentException(master);
        }
        int threads = parts.group(1) == null ? 1 : Integer.parseInt(parts.group(1));
        MemorySpace memory = new MemorySpace(
                MemoryBudget.ofHeap(settings.get(Options.MEMORY_BUDGET)),
                new SpillDirectory(settings.get(Options.SPILL_DIRECTORY)),
                new DeclaredCodec(conf)::current);
        RetryPolicy once = new RetryPolicy(1, Duration.ZERO, Duration.ZERO); // what fails is to be told
        return new PortableEngine(new EmbeddedEngine(threads, once, memory), new Portability(conf));
    }
}
