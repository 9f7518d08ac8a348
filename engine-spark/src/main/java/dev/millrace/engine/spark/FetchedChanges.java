/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.engine.spark;

import dev.millrace.internal.changes.StepChanges;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;

/**
 * Changes that stay with the tasks until they are written.
 *
 * @param blocks their number
 * @param fetch gets them
 */
record FetchedChanges(int blocks, Supplier<List<byte[]>> fetch) implements StepChanges {
    @Override
    public void writeTo(Sink sink) throws IOException {
        for (byte[] block : fetch.get()) {
            sink.add(block);
        }
    }

    @Override
    public void close() {} // the engine drops them with what the step left
}
