/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnSettingsTest {
    /** The checkpoint directory went into the program's configuration, and so to every context made with it. */
    @Test
    void shouldKeepTheCheckpointDirectoryToTheContextThatItWasGivenTo(@TempDir Path checkpoint) {
        MillraceConf conf = new MillraceConf().setMaster("local[1]");
        try (StreamingContext first = new StreamingContext(conf, Durations.seconds(1))) {
            first.checkpoint(checkpoint.toString());
            assertThat(conf.get("millrace.streaming.checkpoint.directory")).isNull();
        }
    }
}
