/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.logging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.CapturedLog;
import dev.millrace.MillraceConf;
import dev.millrace.MillraceContext;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** setLogLevel of a context, where lines go to java.util.logging; packaging-tests have it where they go elsewhere. */
class LogLevelTest {
    private final Logger ours = Logger.getLogger("dev.millrace");
    private final Level before = ours.getLevel();
    private MillraceContext context;

    @BeforeEach
    void make() {
        context = new MillraceContext(new MillraceConf().setMaster("local[1]"));
    }

    @AfterEach
    void close() {
        context.close();
        ours.setLevel(before);
    }

    @Test
    void shouldSetTheLevelOfOurLoggers() {
        try (CapturedLog log = new CapturedLog("dev.millrace.conf")) {
            Map.of(
                            "INFO", Level.INFO,
                            "warn", Level.WARNING,
                            "ERROR", Level.SEVERE,
                            "FATAL", Level.OFF,
                            "OFF", Level.OFF)
                    .forEach((level, jul) -> {
                        context.setLogLevel(level);
                        assertThat(ours.getLevel()).isEqualTo(jul);
                    });
            context.setLogLevel("ERROR");
            assertThat(System.getLogger("dev.millrace.streaming").isLoggable(System.Logger.Level.WARNING))
                    .isFalse();
            assertThat(System.getLogger("dev.millrace.streaming").isLoggable(System.Logger.Level.ERROR))
                    .isTrue();
            assertThat(log.messages()).isEmpty();
        }
    }

    @Test
    void shouldTellWhenNoHandlerShowsWhatIsAskedFor() {
        try (CapturedLog log = new CapturedLog("dev.millrace.conf")) {
            context.setLogLevel("DEBUG");
            assertThat(ours.getLevel()).isEqualTo(Level.FINE);
            assertThat(log.messages())
                    .singleElement()
                    .asString()
                    .matches(
                            "setLogLevel at LogLevelTest.java:\\d+ sets \"DEBUG\", and no handler of java.util.logging shows lines"
                                    + " below INFO; lower the level of one as well, such as"
                                    + " java.util.logging.ConsoleHandler.level=ALL in logging.properties");
        }
    }

    @Test
    void shouldRefuseALevelThatIsNone() {
        assertThatThrownBy(() -> context.setLogLevel("LOUD"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching(
                        "setLogLevel at LogLevelTest.java:\\d+ is given \"LOUD\"; it must be one of ALL, TRACE, DEBUG,"
                                + " INFO, WARN, ERROR, FATAL and OFF");
    }
}
