/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import jdk.jshell.EvalException;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Input that is typed into the shell, and the exceptions that it shows. */
class ShellExecutionTest {
    private final JShell shell =
            JShell.builder().executionEngine(ShellExecution.NAME).build();

    @BeforeEach
    void start() throws Exception {
        shell.addToClasspath(System.getProperty("java.class.path"));
        try (InputStream in = Objects.requireNonNull(Shell.class.getResourceAsStream("startup.jsh"))) {
            type(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    @AfterEach
    void end() {
        type("ssc.close()");
        shell.close();
    }

    /** Returns what came of the last complete line or declaration. */
    private SnippetEvent type(String text) {
        List<SnippetEvent> events = new ArrayList<>();
        for (String rest = text; !rest.isBlank(); ) {
            CompletionInfo next = shell.sourceCodeAnalysis().analyzeCompletion(rest);
            events.addAll(shell.eval(next.source()));
            rest = next.remaining();
        }
        SnippetEvent last = events.get(events.size() - 1);
        assertThat(last.status()).as(text).isEqualTo(Snippet.Status.VALID);
        return last;
    }

    private EvalException failure(String text) {
        return (EvalException) Objects.requireNonNull(type(text).exception());
    }

    @Test
    void shouldShowTheMessageAndTheTypedLineWhenACallIsRefused() {
        EvalException refused = failure("ssc.start()");

        assertThat(refused.getExceptionClassName()).isEqualTo("dev.millrace.error.InvalidProgramException");
        assertThat(refused)
                .hasMessage("This program cannot be started:\n"
                        + "  - no output operation is registered, so nothing would ever be computed; add one, such as"
                        + " stream.print() or stream.foreachRDD(...)")
                .hasNoCause();
        assertThat(refused.getStackTrace()).hasSize(1);
    }

    @Test
    void shouldShowTheFunctionThatThrewWithoutTheEngine() {
        type("var queue = new LinkedList<RDD<Integer>>(List.of(sc.parallelize(List.of(1, 0), 1)))");
        type("ssc.queueStream(queue).map(x -> 8 / x).foreachRDD(rdd -> { rdd.count(); })");

        EvalException failed = failure("ssc.runBatches(1)");

        assertThat(failed)
                .hasMessage(
                        "batch 1000 ms failed: task 0 of map at the prompt failed 4 times, the last time: the function"
                                + " given to map at the prompt threw java.lang.ArithmeticException: / by zero; correct the"
                                + " function, or filter out the records that it cannot take\n"
                                + "The program has stopped; without a checkpoint directory this batch is not run again.");
        assertThat(failed.getStackTrace()).hasSize(1);
        EvalException cause = (EvalException) failed.getCause();
        assertThat(cause.getExceptionClassName()).isEqualTo("java.lang.ArithmeticException");
        assertThat(cause).hasMessage("/ by zero").hasNoCause();
        assertThat(cause.getStackTrace()).hasSize(1);
    }

    @Test
    void shouldNotNameFilesOfJShellAsPlaces() {
        assertThat(type("ssc.queueStream(new LinkedList<RDD<Integer>>()).map(x -> x)")
                        .value())
                .isEqualTo("map at the prompt");
    }

    @Test
    void shouldHaveReceiversImported() {
        type("class Ones extends Receiver<Integer> { Ones() { super(StorageLevel.MEMORY_ONLY()); } }");

        assertThat(type("ssc.receiverStream(new Ones())").value()).isEqualTo("receiverStream at the prompt");
    }
}
