/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.CapturedLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpillTroubleTest {
    private long nanos = -5;

    @Test
    void shouldSayOneLineAMinuteWhileSmallFilesFindRoom(@TempDir Path directory) {
        SpillTrouble trouble = new SpillTrouble(directory, () -> nanos);
        try (CapturedLog log = new CapturedLog("dev.millrace.memory")) {
            for (int second = 0; second < 61; second++) {
                trouble.staysInMemory(new IOException("No space left on device"));
                assertThat(trouble.isWorthATry()).isFalse();
                trouble.written();
                assertThat(trouble.isWorthATry()).isTrue();
                nanos += TimeUnit.SECONDS.toNanos(1);
            }

            assertThat(log.lines()).hasSize(4);
            for (int minute = 0; minute < 2; minute++) {
                assertThat(log.lines().get(2 * minute))
                        .startsWith("SEVERE the spill directory takes nothing: No space left on device; the disk of "
                                + directory);
                assertThat(log.lines().get(2 * minute + 1))
                        .isEqualTo("INFO the spill directory below " + directory + " takes data again");
            }
        }
    }
}
