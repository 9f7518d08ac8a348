/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MillraceTest {
    @Test
    void shouldShowTheHelpAndCountItAsWrongUsageWhenNoCommandIsGiven() {
        CommandRun run = CommandRun.of();

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("Start here:", "Exit codes: 0 fine, 1 failure, 2 wrong usage");
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo", "run", "wordcount", "new", "shell"})
    void shouldTeachByExampleWhenASubcommandsHelpIsAsked(String subcommand) {
        CommandRun run = CommandRun.of(subcommand, "--help");

        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("Usage: millrace " + subcommand).containsPattern("Examples?[ ,:]");
    }

    @Test
    void shouldNameTheJdkWhenTheVersionIsAsked() {
        CommandRun run = CommandRun.of("--version");

        assertThat(run.code()).isZero();
        assertThat(run.out()).isEqualToIgnoringNewLines("millrace (from classes) on JDK " + Runtime.version());
    }

    @Test
    void shouldPointToTheHelpWhenAnOptionIsUnknown() {
        CommandRun run = CommandRun.of("demo", "--fast");

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err())
                .isEqualToNormalizingNewlines("millrace: Unknown option: '--fast'\n"
                        + "'millrace demo --help' shows the options and examples.\n");
    }
}
