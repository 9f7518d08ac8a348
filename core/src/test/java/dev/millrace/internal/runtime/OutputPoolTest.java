/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.internal.graph.QueueInput;
import dev.millrace.internal.graph.StreamOutput;
import dev.millrace.internal.lineage.Operator;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OutputPoolTest {
    /** An error was taken for success, and the batch was committed without what the output had to write. */
    @Test
    void shouldFailTheBatchWhenAnOutputEndsWithAnErrorOnAThreadOfItsOwn() {
        List<StreamOutput<?>> outputs = List.of(output("a"), output("b"));
        try (OutputPool pool = new OutputPool(2, Threads.OWN)) {
            Map<StreamOutput<?>, Throwable> failures = pool.run(outputs, output -> {
                throw new StackOverflowError();
            });
            assertThat(failures.keySet()).containsExactlyElementsOf(outputs);
            assertThat(failures.values()).hasOnlyElementsOfType(StackOverflowError.class);
        }
    }

    private static StreamOutput<Integer> output(String name) {
        QueueInput<Integer> stream =
                new QueueInput<>(Operator.here("queueStream"), Duration.ofSeconds(1), new ArrayDeque<>(), true, null);
        StreamOutput<Integer> output = new StreamOutput<>(Operator.here("print"), stream, null);
        output.setName(name);
        return output;
    }
}
