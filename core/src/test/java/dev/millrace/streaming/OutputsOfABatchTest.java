/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.MillraceConf;
import dev.millrace.Programs;
import dev.millrace.error.BatchFailedException;
import dev.millrace.streaming.event.OutputOperationInfo;
import dev.millrace.streaming.event.StreamingListener;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The outputs of a batch do not depend on each other. */
class OutputsOfABatchTest {
    private final List<String> ran = Collections.synchronizedList(new ArrayList<>());
    private final List<String> told = Collections.synchronizedList(new ArrayList<>());

    private StreamingContext program(int concurrentJobs, String failing) {
        StreamingContext ssc = Programs.local(
                new MillraceConf().set("millrace.streaming.concurrentJobs", String.valueOf(concurrentJobs)));
        DStream<Integer> numbers = Programs.batches(ssc, List.of(1));
        for (String name : List.of("a", "b", "c")) {
            numbers.foreachRDD(rdd -> {
                        ran.add(name);
                        if (failing.contains(name)) {
                            throw new IllegalStateException("trouble in " + name);
                        }
                    })
                    .named(name);
        }
        ssc.addStreamingListener(new StreamingListener() {
            @Override
            public void onOutputOperationStarted(OutputOperationInfo output) {
                told.add("started " + output.name());
            }

            @Override
            public void onOutputOperationCompleted(OutputOperationInfo output) {
                told.add((output.failureReason().isEmpty() ? "ended " : "failed ") + output.name());
            }
        });
        return ssc;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void shouldAllRunAndBeToldWhenTheFirstFails(int concurrentJobs) {
        StreamingContext ssc = program(concurrentJobs, "a");
        assertThatThrownBy(() -> ssc.runBatches(1))
                .isInstanceOf(BatchFailedException.class)
                .hasMessageMatching("batch 1000 ms failed: the function given to foreachRDD at [\\w.:]+ threw"
                        + " java.lang.IllegalStateException: trouble in a; correct the function"
                        + "\nThe program has stopped; without a checkpoint directory this batch is"
                        + " not run again.");
        assertThat(ran).containsExactlyInAnyOrder("a", "b", "c");
        assertThat(told)
                .containsExactlyInAnyOrder("started a", "failed a", "started b", "ended b", "started c", "ended c");
        assertThat(ssc.lastBatchTime()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void shouldAllBeNamedThatFail(int concurrentJobs) {
        String failed =
                ": the function given to foreachRDD at [\\w.:]+ threw java.lang.IllegalStateException: trouble in"
                        + " %s; correct the function\n";
        assertThatThrownBy(() -> program(concurrentJobs, "ac").runBatches(1))
                .isInstanceOf(BatchFailedException.class)
                .hasMessageMatching("batch 1000 ms failed: 2 of 3 outputs failed:\n  - a"
                        + failed.formatted("a") + "  - c" + failed.formatted("c")
                        + "The program has stopped; without a checkpoint directory this batch is not run again.")
                .satisfies(failure -> assertThat(failure.getCause().getSuppressed())
                        .singleElement()
                        .asString()
                        .contains("trouble in c"));
    }
}
