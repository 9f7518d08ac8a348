/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.engine.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.MillraceConf;
import dev.millrace.MillraceContext;
import dev.millrace.error.MillraceException;
import dev.millrace.error.RefusedException;
import dev.millrace.rdd.Broadcast;
import dev.millrace.rdd.RDD;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Broadcasts are sent on Spark, and end with the Spark context that holds them. */
class SparkValueTest {
    private record NotSent(int number) {}

    private static MillraceContext context() {
        return new MillraceContext(new MillraceConf().setMaster("spark:local[2]"));
    }

    @Test
    void shouldNameTheTypeThatCannotBeSent() {
        try (MillraceContext context = context()) {
            assertThatThrownBy(() -> context.broadcast(List.of(new NotSent(1))))
                    .isInstanceOf(MillraceException.class)
                    .hasMessageMatching(
                            "the value given to broadcast at SparkValueTest.java:\\d+ cannot be sent to Spark's"
                                    + " tasks, because it holds an object of \\Q" + NotSent.class.getName()
                                    + "\\E, which is not Serializable; make that type Serializable, or let the functions make"
                                    + " the object");
        }
    }

    @Test
    void shouldBeRefusedByTheNextSparkContext() {
        Broadcast<String> before;
        try (MillraceContext first = context()) {
            before = first.broadcast("of the first");
            assertThat(first.parallelize(List.of(1)).map(n -> before.value()).collect())
                    .containsExactly("of the first");
        }
        try (MillraceContext second = context()) {
            second.broadcast("of the second"); // Spark gives it the same number
            RDD<String> read = second.parallelize(List.of(1)).map(n -> before.value());
            assertThatThrownBy(read::collect)
                    .isInstanceOf(RefusedException.class)
                    .hasMessageMatching(
                            "the value of broadcast at SparkValueTest.java:\\d+ is gone: the Spark context that"
                                    + " held it has stopped; make it again with the context that runs now");
            before.destroy();
        }
    }
}
