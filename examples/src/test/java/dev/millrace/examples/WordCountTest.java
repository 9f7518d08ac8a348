/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.examples;

import static dev.millrace.testkit.PortabilityAssertions.assertPortable;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Tuple2;
import dev.millrace.testkit.StreamTestDriver;
import org.junit.jupiter.api.Test;

class WordCountTest {
    @Test
    void shouldCountWordsOfABatch() {
        try (StreamTestDriver driver = StreamTestDriver.of(WordCount::build)) {
            driver.input("lines").batch("a b a");
            driver.advanceBatch();
            assertThat(driver.output("counts").last()).containsExactlyInAnyOrder(Tuple2.of("a", 2), Tuple2.of("b", 1));
        }
    }

    @Test
    void shouldRunOnAClusterAsHere() {
        assertPortable(WordCount::build, driver -> driver.input("lines").batch("a b a"));
    }
}
