/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Queue;
import org.junit.jupiter.api.Test;

/** The bytes that come to the terminal; an erased row is {@code <} here, and {@code >} a prompt that is drawn. */
class ShellPromptTest {
    private final ByteArrayOutputStream terminal = new ByteArrayOutputStream();
    private final Queue<Runnable> due = new ArrayDeque<>();
    private boolean shown = true;
    private final ShellPrompt prompt = new ShellPrompt(() -> shown, () -> terminal.write('>'), due::add);
    private final PrintStream out = new PrintStream(prompt.above(terminal), true, StandardCharsets.UTF_8);
    private final PrintStream err = new PrintStream(prompt.above(terminal), true, StandardCharsets.UTF_8);

    private String written() {
        return terminal.toString(StandardCharsets.UTF_8).replace("\r\033[J", "<");
    }

    private void aMomentPasses() {
        for (Runnable next = due.poll(); next != null; next = due.poll()) {
            next.run();
        }
    }

    @Test
    void shouldDrawThePromptOnceBelowAllLines() {
        out.print("one\ntwo\n");
        err.print("three\n");
        assertThat(written()).isEqualTo("<one\ntwo\n<three\n");
        aMomentPasses();
        assertThat(written()).isEqualTo("<one\ntwo\n<three\n<>");
        out.print("four\n");
        aMomentPasses();
        assertThat(written()).isEqualTo("<one\ntwo\n<three\n<><four\n<>");
    }

    @Test
    void shouldHoldALineBackUntilItEnds() {
        out.print("on");
        err.print("two\n");
        out.print("e\nthr");
        assertThat(written()).isEqualTo("<two\n<one\n");
        aMomentPasses();
        assertThat(written()).isEqualTo("<two\n<one\n<thr\n<>");
    }

    @Test
    void shouldPassOnEverythingWhileThereIsNoPrompt() {
        shown = false;
        out.print("a");
        out.write('b');
        err.print("c\n");
        aMomentPasses();
        assertThat(written()).isEqualTo("abc\n");
    }

    @Test
    void shouldDrawThePromptAgainThatCameJustBeforeALine() {
        shown = false;
        out.print("one\n");
        shown = true;
        aMomentPasses();
        assertThat(written()).isEqualTo("one\n<>");
    }

    /** A line that has not ended stands before the prompt, and would be erased with it. */
    @Test
    void shouldEraseNoLineThatHasNotEnded() {
        shown = false;
        out.print("name? ");
        shown = true;
        aMomentPasses();
        assertThat(written()).isEqualTo("name? ");
    }
}
