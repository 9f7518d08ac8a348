/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.random;

import java.util.List;
import java.util.Map;

/** Runs a random program somewhere. */
@FunctionalInterface
public interface Runner {
    /** The batches of each output, by name. */
    Map<String, List<List<Object>>> run(RandomProgram program) throws Exception;
}
