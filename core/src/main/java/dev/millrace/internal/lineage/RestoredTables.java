/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.lineage;

import dev.millrace.internal.memory.MemorySpace;
import java.util.List;

/** The tables that a step held at the last commit, read from the checkpoint and given back to an engine. */
public interface RestoredTables {
    String step();

    /** Makes them, one for each partition that the step has today. Once; each is to be told then that it is {@link StepTable#restored}. */
    List<? extends StepTable> in(MemorySpace space);
}
