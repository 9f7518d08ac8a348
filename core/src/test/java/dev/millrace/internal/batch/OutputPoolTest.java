/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.batch;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.internal.graph.StreamOutput;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutputPoolTest {
    /** An error was taken for success, and the batch was committed without what the output had to write. */
    @Test
    void shouldFailTheBatchWhenAnOutputEndsWithAnErrorOnAThreadOfItsOwn() {
        List<StreamOutput<?>> outputs = Collections.nCopies(2, null);
        try (OutputPool pool = new OutputPool(2, Threads.OWN)) {
            assertThatThrownBy(() -> pool.run(outputs, output -> {
                        throw new StackOverflowError();
                    }))
                    .hasRootCauseInstanceOf(StackOverflowError.class);
        }
    }
}
