/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class MillraceTest {
    @Test
    void shouldShowTheHelpAndCountItAsWrongUsageWhenNoCommandIsGiven() {
        CommandRun run = CommandRun.of();

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("Start here:", "Exit codes:\n", "  2     Wrong usage.\n");
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

    private static Stream<CommandLine> all(CommandLine command) {
        return Stream.concat(
                Stream.of(command), command.getSubcommands().values().stream().flatMap(MillraceTest::all));
    }

    @Test
    void shouldFitAllHelpInto80ColumnsAndBreakNoExample() {
        for (CommandLine command : all(Millrace.commandLine()).toList()) {
            assertThat(command.getUsageMessage(CommandLine.Help.Ansi.OFF).lines())
                    .as(command.getCommandName())
                    .allMatch(line -> line.length() <= 80);
            for (String line : command.getCommandSpec().usageMessage().footer()) {
                assertThat(line.replace("%%", "%")).hasSizeLessThan(80); // a longer one would be broken anywhere
            }
        }
    }

    @Test
    void shouldBreakLinesOfHelpBetweenWordsOnly() {
        for (CommandLine command : all(Millrace.commandLine()).toList()) {
            String help = command.getUsageMessage(CommandLine.Help.Ansi.OFF);
            CommandLine.Model.CommandSpec spec = command.getCommandSpec();
            List<String> words = Stream.concat(
                            Stream.of(spec.usageMessage().description()),
                            spec.args().stream().flatMap(arg -> Stream.of(arg.description())))
                    .flatMap(text -> Stream.of(text.split("\\s+")))
                    .filter(word -> !word.matches(".*[%$].*")) // filled in later
                    .toList();
            assertThat(List.of(help.split("\\s+"))).as(command.getCommandName()).containsAll(words);
            assertThat(spec.args().stream()
                            .filter(arg -> arg.arity().max() > 0)
                            .map(CommandLine.Model.ArgSpec::paramLabel))
                    .allMatch(help::contains);
        }
    }

    @Test
    void shouldTellTheExitCodesInTheHelpOfEachCommand() {
        for (CommandLine command : all(Millrace.commandLine()).toList()) {
            assertThat(command.getUsageMessage()).as(command.getCommandName()).contains("Exit codes:");
        }
    }

    @Test
    void shouldShowTheHelpOfACommandWhenHelpIsAsked() {
        assertThat(CommandRun.of("help", "wordcount"))
                .isEqualTo(CommandRun.of("wordcount", "--help"))
                .satisfies(run -> assertThat(run.code()).isZero());
        assertThat(CommandRun.of("help", "checkpoint", "show"))
                .isEqualTo(CommandRun.of("checkpoint", "show", "--help"));
        assertThat(CommandRun.of("help")).isEqualTo(CommandRun.of("--help"));
    }

    @Test
    void shouldWriteACompletionScriptThatKnowsTheCommands() {
        CommandRun run = CommandRun.of("completion");

        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("complete -F", "wordcount", "--checkpoint");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '|',
            value = {
                "wordcuont, |'wordcuont' is no command of millrace; did you mean wordcount?|, millrace",
                "halp, |'halp' is no command of millrace; did you mean help?|, millrace",
                "frobnicate, |'frobnicate' is no command of millrace|, millrace",
                "checkpoint shwo, |'shwo' is no command of millrace checkpoint; did you mean show?|, millrace checkpoint",
                "wordcount --file=x, |'--file=x' is no option of millrace wordcount; did you mean --files?|, millrace wordcount",
                "help rnu, |'rnu' is no command of millrace; did you mean run?|, millrace",
                "help checkpoint shwo, |'shwo' is no command of millrace checkpoint; did you mean show?|, millrace checkpoint",
                "help run shwo, |'shwo' is no command, as millrace run has none below it|, millrace run",
                "new a b, |'b' is one argument too many for millrace new; leave it out|, millrace new",
            })
    void shouldSayWhatMayBeMeantWhenAWordIsUnknown(String given, String answer, String command) {
        CommandRun run = CommandRun.of(given.split(" "));

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err())
                .isEqualTo("millrace: " + answer + "\n'" + command + " --help' shows the options and examples.\n");
    }

    @Test
    void shouldPointToTheHelpWhenAnOptionIsUnknown() {
        CommandRun run = CommandRun.of("demo", "--fast");

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err())
                .isEqualToNormalizingNewlines("millrace: '--fast' is no option of millrace demo\n"
                        + "'millrace demo --help' shows the options and examples.\n");
    }
}
