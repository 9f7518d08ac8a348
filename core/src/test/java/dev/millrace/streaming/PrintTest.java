/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import dev.millrace.rdd.RDD;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class PrintTest {
    @Test
    void shouldTellTheStreamsThatHaveANameApart() {
        PrintStream before = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        MillraceConf conf = new MillraceConf().setMaster("local[1]");
        try (StreamingContext ssc = new StreamingContext(conf, Durations.seconds(1))) {
            Queue<RDD<Integer>> queue =
                    new ArrayDeque<>(List.of(ssc.millraceContext().parallelize(List.of(1, 2), 1)));
            DStream<Integer> numbers = ssc.queueStream(queue);
            numbers.map(x -> x * 10).named("tens").print(1);
            DStream<Integer> hundreds = numbers.map(x -> x * 100);
            hundreds.print();
            numbers.map(x -> -x).named("negatives").print();
            ssc.runBatches(1);
        } finally {
            System.setOut(before);
        }

        String rule = "-".repeat(43) + "\n";
        assertThat(printed.toString(StandardCharsets.UTF_8))
                .isEqualTo(rule + "Time: 1000 ms, tens\n" + rule + "10\n...\n\n" //
                        + rule + "Time: 1000 ms\n" + rule + "100\n200\n\n" //
                        + rule + "Time: 1000 ms, negatives\n" + rule + "-1\n-2\n\n");
    }
}
