/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Tuple2;
import dev.millrace.testkit.StreamTestDriver;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The examples of sources, with input of the test's own. */
class SourcesTest {
    @Test
    void shouldCountTheWordsOfTheNetwork() {
        try (StreamTestDriver driver = StreamTestDriver.of(ssc -> NetworkWordCount.build(ssc, "localhost", 9999))) {
            driver.input("lines").batch("a b", "a");
            driver.advanceBatch();
            assertThat(driver.output("counts").last()).containsExactlyInAnyOrder(Tuple2.of("a", 2), Tuple2.of("b", 1));
        }
    }

    @Test
    void shouldCountTheWordsOfFiles() {
        try (StreamTestDriver driver = StreamTestDriver.of(ssc -> FilesWordCount.build(ssc, "in"))) {
            driver.input("lines").batch("a b", "a");
            driver.advanceBatch();
            assertThat(driver.output("counts").last()).containsExactlyInAnyOrder(Tuple2.of("a", 2), Tuple2.of("b", 1));
        }
    }

    @Test
    void shouldCountTheWordsOfTwoReceiversTogether() {
        try (StreamTestDriver driver = StreamTestDriver.of(ssc -> TwoReceivers.build(ssc, 9998, 9999))) {
            driver.input("first").batch("a b");
            driver.input("second").batch("a c");
            driver.advanceBatch();
            assertThat(driver.output("counts").last())
                    .containsExactlyInAnyOrder(Tuple2.of("a", 2), Tuple2.of("b", 1), Tuple2.of("c", 1));
        }
    }

    @Test
    void shouldShowTheMostFrequentWordsOfTheWindow() {
        List<List<Tuple2<String, Integer>>> shown = new ArrayList<>();
        try (StreamTestDriver driver = StreamTestDriver.setup()
                .observeOnly()
                .run(ssc -> WindowedTopWords.build(ssc, "localhost", 9999, shown::add))) {
            driver.input("lines").batch("a a a b b").batch("b b c c d e f g");
            driver.advanceBatches(31);
        }
        assertThat(shown.get(1).subList(0, 3)).containsExactly(Tuple2.of("b", 4), Tuple2.of("a", 3), Tuple2.of("c", 2));
        assertThat(shown.get(1)).hasSize(5);
        assertThat(shown.get(30).get(0)).isEqualTo(Tuple2.of("b", 2)); // the first batch has left the window
    }
}
