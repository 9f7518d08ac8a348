/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.spi;

import dev.millrace.MillraceConf;

/** Makes the engine of a master; found by {@link java.util.ServiceLoader}. */
public interface EngineProvider {
    /** Whether this provider knows how to run on {@code master}, such as {@code spark:local[2]}. */
    boolean accepts(String master);

    ExecutionEngine create(String master, MillraceConf conf);
}
