/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runtime;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.error.MillraceException;
import dev.millrace.internal.graph.QueueInput;
import dev.millrace.internal.graph.StreamOutput;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.threads.Threads;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutputPoolTest {
    /** An error was taken for success, and the batch was committed without what the output had to write. */
    @Test
    void shouldFailTheBatchWhenAnOutputEndsWithAnErrorOnAThreadOfItsOwn() {
        List<StreamOutput<?>> outputs = List.of(output("a"), output("b"));
        try (OutputPool pool = new OutputPool(2, Threads.OWN)) {
            assertThatThrownBy(() -> pool.run(outputs, output -> {
                        throw new StackOverflowError();
                    }))
                    .isInstanceOf(MillraceException.class)
                    .hasMessage(
                            "2 of 2 outputs failed:\n  - a: java.lang.StackOverflowError\n  - b: java.lang.StackOverflowError")
                    .hasCauseInstanceOf(StackOverflowError.class);
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
