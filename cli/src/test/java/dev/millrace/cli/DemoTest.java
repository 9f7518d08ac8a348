/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StreamingContext;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class DemoTest {
    @Test
    void shouldPrintTheTenCountsInOrderInEachOfFiveBatches() {
        StringBuilder expected = new StringBuilder();
        String rule = "-".repeat(43);
        for (int batch = 1; batch <= 5; batch++) {
            expected.append(rule + "\nTime: " + batch * 1000 + " ms\n" + rule + "\n");
            for (int digit = 0; digit < 10; digit++) {
                expected.append("(" + digit + ",100)\n");
            }
            expected.append('\n');
        }
        PrintStream before = System.out;
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        System.setOut(new PrintStream(written, true, StandardCharsets.UTF_8));
        try (StreamingContext ssc = StreamingContext.local(Durations.seconds(1))) {
            Demo.build(ssc);
            ssc.runBatches(5);
        } finally {
            System.setOut(before);
        }

        assertThat(written.toString(StandardCharsets.UTF_8)).isEqualTo(expected.toString());
    }
}
