/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.CapturedLog;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReportsTest {
    private final CapturedLog log = new CapturedLog("dev.millrace.streaming.files");
    private final Reports reports = new Reports("the file stream of /in");

    @AfterEach
    void release() {
        log.close();
    }

    @Test
    void shouldTellTenMattersAMinuteAndHowManyMoreThereWere() {
        for (int i = 0; i < 30; i++) {
            reports.once("matter " + i, "directory " + i + " is\nmissing");
            reports.once("matter " + i, "directory " + i + " is\nmissing");
        }
        reports.end();
        List<String> expected = Stream.concat(
                        IntStream.range(0, 10).mapToObj(i -> "WARNING directory " + i + " is / missing"),
                        Stream.of("WARNING the file stream of /in: (20 more lines about it were left out before)"))
                .toList();
        assertThat(log.lines()).containsExactlyElementsOf(expected);
    }

    @Test
    void shouldTellAMatterAgainOnlyAfterItWasOver() {
        reports.once("in", "the directory is missing");
        reports.over("in");
        reports.once("in", "the directory is missing again");
        reports.once("in", "the directory is missing still");
        assertThat(log.lines())
                .containsExactly("WARNING the directory is missing", "WARNING the directory is missing again");
    }
}
