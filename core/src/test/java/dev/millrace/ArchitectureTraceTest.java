/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.streaming.StateType;
import dev.millrace.streaming.StreamingContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** ARCHITECTURE.md traces one batch of word count; this runs that batch and compares the lines. */
class ArchitectureTraceTest {
    @Test
    void shouldPassThePhasesInTheOrderThatThePageShows(@TempDir Path directory) throws Exception {
        List<String> lines = Collections.synchronizedList(new ArrayList<>());
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord line) {
                lines.add(new java.text.MessageFormat(line.getMessage()).format(line.getParameters()));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger("dev.millrace.batch");
        logger.addHandler(handler);
        logger.setLevel(Level.FINE);
        logger.setUseParentHandlers(false);
        try (StreamingContext ssc = Programs.local()) {
            ssc.checkpoint(directory.resolve("checkpoint").toString());
            Programs.batches(ssc, List.of("a b", "a"))
                    .named("lines")
                    .flatMap(line -> Arrays.asList(line.split(" ")).iterator())
                    .mapToPair(word -> Tuple2.of(word, 1))
                    .reduceByKey(Integer::sum)
                    .updateStateByKey(
                            StateType.of("totals", Integer.class),
                            (values, state) -> Optional.of(state.orElse(0)
                                    + values.stream().mapToInt(n -> n).sum()))
                    .to(StreamingContext.textFiles(directory.resolve("out").toString()))
                    .named("files");
            ssc.runBatches(1);
        } finally {
            logger.removeHandler(handler);
            logger.setLevel(null);
            logger.setUseParentHandlers(true);
        }
        String page = Files.readString(Path.of("../ARCHITECTURE.md"));
        int start = page.indexOf("```log\n") + 7;
        String shown = page.substring(start, page.indexOf("```", start));
        assertThat(String.join("\n", lines).replaceAll("#\\d+", "#n") + "\n")
                .isEqualTo(shown.replaceAll("#\\d+", "#n"));
    }
}
