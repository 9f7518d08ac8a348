/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit;

import dev.millrace.streaming.StreamingContext;

/**
 * A program as a method: it makes inputs, streams and outputs, and does not start the context. The driver calls it once
 * at every start, so it must make the same streams each time.
 */
@FunctionalInterface
public interface StreamProgram {
    /** Adds the program's inputs, streams and outputs to a context that is not started. */
    void build(StreamingContext context) throws Exception;
}
