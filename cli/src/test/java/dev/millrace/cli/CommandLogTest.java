/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

class CommandLogTest {
    private static final Logger ENGINE = Logger.getLogger("dev.millrace.engine");

    private final StringWriter err = new StringWriter();

    private static void log(Level level, String text, Object... parameters) {
        LogRecord line = new LogRecord(level, text);
        line.setLoggerName(ENGINE.getName());
        line.setInstant(Instant.ofEpochSecond(1_700_000_060L, 7_000_001L));
        line.setParameters(parameters);
        if (ENGINE.isLoggable(level)) {
            for (Handler handler : Logger.getLogger("").getHandlers()) {
                handler.publish(line);
            }
        }
    }

    @Test
    void shouldWriteTimeLevelAndTextOnOneLine() {
        CommandLog.install(new PrintWriter(err), Level.FINE, false);

        log(Level.SEVERE, "{0} of {1} failed", "one", "two");
        log(Level.WARNING, "slow");
        log(Level.INFO, "started");
        log(Level.FINE, "details");

        assertThat(err.toString()).isEqualToNormalizingNewlines("""
                2023-11-14T22:14:20.007Z ERROR one of two failed
                2023-11-14T22:14:20.007Z WARN  slow
                2023-11-14T22:14:20.007Z INFO  started
                2023-11-14T22:14:20.007Z DEBUG details
                """);
    }

    @Test
    void shouldLeaveOutWhatIsBelowTheLevel() {
        CommandLog.install(new PrintWriter(err), Level.WARNING, false);

        log(Level.INFO, "started");

        assertThat(err.toString()).isEmpty();
    }

    @Test
    void shouldWriteAboveTheStatusLine() {
        CommandLog.install(new PrintWriter(err), Level.WARNING, false);
        StatusLine status = new StatusLine(new PrintWriter(err), 80);
        CommandLog.above(status);

        status.show("5 records/s");
        log(Level.WARNING, "slow");
        status.end();

        assertThat(err.toString())
                .isEqualToNormalizingNewlines(
                        "\r\033[K5 records/s" + "\r\033[K2023-11-14T22:14:20.007Z WARN  slow\n" + "5 records/s\n");
    }
}
