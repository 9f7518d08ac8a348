/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CrashAtPointTest {
    /** What the child process runs: two batches with a checkpoint. */
    static final class Child {
        public static void main(String[] arguments) {
            CrashAtPoint.installFromSystemProperty();
            try (StreamTestDriver driver =
                    StreamTestDriver.setup().checkpoint(Path.of(arguments[0])).run(WordCount::build)) {
                driver.input("lines").batch("a").batch("b");
                driver.advanceBatches(2);
            }
        }
    }

    private static int run(Path checkpoint, String... options) throws IOException, InterruptedException {
        ProcessBuilder child = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"));
        child.command().addAll(java.util.List.of(options));
        child.command().addAll(java.util.List.of(Child.class.getName(), checkpoint.toString()));
        Process process = child.redirectOutput(ProcessBuilder.Redirect.DISCARD) // ours may be a channel to Maven
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    @Test
    void shouldHaltTheProcessAtTheSecondBatchAndNotWithoutTheProperty(@TempDir Path checkpoint) throws Exception {
        assertThat(run(checkpoint, "-D" + CrashAtPoint.PROPERTY + "=COMMITTED#2"))
                .isEqualTo(CrashAtPoint.STATUS);
        assertThat(run(checkpoint)).isZero();
    }

    @Test
    void shouldReadAndPrintSites() {
        assertThat(CrashSite.parse("DECIDED#2")).isEqualTo(new CrashSite("DECIDED", 2));
        assertThat(new CrashSite("DECIDED", 2)).hasToString("DECIDED#2");
        assertThat(CrashSite.all(2)).hasSize(2 * CrashSite.points().size());
        assertThatThrownBy(() -> CrashSite.parse("DECIDED"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("\"DECIDED\" is no crash site; write POINT#occurrence, such as DECIDED#1");
        assertThatThrownBy(() -> CrashSite.parse("DECIDE#1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("there is no crash point DECIDE; there are [WAL_ROLLED, ");
        assertThatThrownBy(() -> new CrashSite("DECIDED", 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("occurrence 0 of DECIDED; they count from 1");
    }
}
