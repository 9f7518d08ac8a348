/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.benchmarks;

import dev.millrace.streaming.StreamingContext;
import java.util.Arrays;

/** Makes the checkpoint that {@link Recovery} restarts from: every key once, then some batches of others. */
final class RecoveryLoad {
    private RecoveryLoad() {}

    public static void main(String[] arguments) {
        Sizes sizes = Recovery.sizes(Arrays.copyOfRange(arguments, 1, arguments.length));
        Updates updates = Recovery.updates(sizes);
        StreamingContext ssc = LatestValues.program(updates, Recovery.value(sizes), sizes.text("fold"), arguments[0]);
        try {
            ssc.runBatches(1 + updates.loading() + sizes.of("again")); // the first is empty
        } finally {
            ssc.stop(true, true);
        }
    }
}
