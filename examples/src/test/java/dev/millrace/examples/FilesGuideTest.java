/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.streaming.Durations;
import dev.millrace.streaming.FileDStream;
import dev.millrace.streaming.FileStreamOptions;
import dev.millrace.streaming.StreamingContext;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Iterator;
import org.junit.jupiter.api.Test;

/** The code of docs/guide/files.md. */
class FilesGuideTest {
    record Order(String id) {
        static Iterator<Order> parse(InputStream in) throws IOException {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(Order::new)
                    .iterator();
        }
    }

    @Test
    void shouldAnswerForEachStreamOfTheGuide() {
        try (StreamingContext ssc = StreamingContext.local(Durations.seconds(1))) {
            FileDStream<String> lines = ssc.textFileStream("/data/in").named("lines");
            FileDStream<String> orders = ssc.textFileStream(
                            Path.of("/data/*/orders"),
                            FileStreamOptions.ALL_FILES.where(
                                    path -> path.toString().endsWith(".csv")))
                    .named("orders");
            FileDStream<byte[]> ticks =
                    ssc.binaryRecordsStream("/data/ticks", 16).named("ticks");
            FileDStream<Order> parsed = ssc.fileStream("/data/parsed", part -> Order.parse(part.open()))
                    .named("parsed");
            assertThat(lines.why("/data/in/none")).isEqualTo("does not exist, and was not seen before");
            assertThat(orders.why("/data/a/orders/x.csv")).isEqualTo("does not exist, and was not seen before");
            assertThat(ticks.why("/data/f")).startsWith("not in the directory /data/ticks: ");
            assertThat(parsed.why("/data/parsed/.f")).startsWith("skipped: its name begins with a dot");
        }
    }
}
