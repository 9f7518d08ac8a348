/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StreamingContext;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class QueueStreamTest {
    @Test
    void shouldCountEachLastDigitAHundredTimesInEachOfFiveBatches() {
        PrintStream before = System.out;
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        System.setOut(new PrintStream(written, true, StandardCharsets.UTF_8));
        try (StreamingContext ssc = StreamingContext.local(Durations.seconds(1))) {
            QueueStream.build(ssc);
            ssc.runBatches(6);
        } finally {
            System.setOut(before);
        }

        List<String> counts = written.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.startsWith("("))
                .toList();
        assertThat(counts)
                .isEqualTo(IntStream.range(0, 50)
                        .mapToObj(i -> "(" + i % 10 + ",100)")
                        .toList());
    }
}
