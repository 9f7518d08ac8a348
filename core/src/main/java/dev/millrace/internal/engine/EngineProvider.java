/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.engine;

import dev.millrace.MillraceConf;
import dev.millrace.internal.conf.Settings;

/** Makes the engine of a master; found by {@link java.util.ServiceLoader}. */
public interface EngineProvider {
    /** Returns whether this provider knows how to run on {@code master}, such as {@code spark:local[2]}. */
    boolean accepts(String master);

    /**
     * Makes and starts an engine for a master that this provider accepts; the caller closes it.
     *
     * @param settings the values of {@code conf}
     */
    ExecutionEngine create(String master, MillraceConf conf, Settings settings);
}
