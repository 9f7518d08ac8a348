/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.errors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.MillraceConf;
import dev.millrace.Programs;
import dev.millrace.error.BatchFailedException;
import dev.millrace.streaming.StreamingContext;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class CausesTest {
    private static Exception circle() {
        Exception first = new IOException("first");
        first.initCause(new IllegalStateException("second", first));
        return first;
    }

    @Test
    void shouldGiveEachCauseOnce() {
        assertThat(Causes.of(circle())).extracting(Throwable::getMessage).containsExactly("first", "second");
        assertThat(Causes.of(new Error("alone"))).hasSize(1);
    }

    @Test
    void shouldNameTheKindOfAnErrorThatSaysNothing() {
        assertThat(Causes.text(new IOException())).isEqualTo("java.io.IOException");
        assertThat(Causes.text(new IOException(" "))).isEqualTo("java.io.IOException");
        assertThat(Causes.text(new IOException("no space"))).isEqualTo("no space");
    }

    @Test
    @Timeout(60)
    void shouldFailABatchWhoseErrorIsItsOwnCause() {
        try (StreamingContext ssc = Programs.local(new MillraceConf())) {
            Programs.batches(ssc, List.of(1))
                    .map(n -> {
                        throw circle();
                    })
                    .foreachRDD(rdd -> rdd.count());
            assertThatThrownBy(() -> ssc.runBatches(1))
                    .isInstanceOf(BatchFailedException.class)
                    .hasMessageContaining("failed 4 times");
        }
    }
}
