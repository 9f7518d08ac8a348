/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.streaming.CheckpointInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program that a line of a file stops at each start, and what gets it going again. */
class CheckpointSkipCommandTest {
    private static final String PROGRAM = """
            import dev.millrace.*;
            import dev.millrace.streaming.*;
            import java.util.Optional;

            public class Orders {
                static int parsed(String line) {
                    PARSED
                }

                public static void main(String[] args) throws Exception {
                    MillraceConf conf = new MillraceConf().setMaster("local[2]").set("millrace.task.maxAttempts", "1");
                    try (StreamingContext ssc = new StreamingContext(conf, Durations.seconds(1))) {
                        ssc.checkpoint(args[0] + "/the state");
                        var orders = ssc.textFileStream(args[0] + "/in", false).named("lines").map(line -> parsed(line));
                        orders.mapToPair(order -> Tuple2.of("all", order))
                                .updateStateByKey(
                                        StateType.of("totals", Integer.class),
                                        (values, total) -> Optional.of(total.orElse(0)
                                                + values.stream().mapToInt(Integer::intValue).sum()))
                                .to(StreamingContext.textFiles(args[0] + "/out"))
                                .named("files");
                        ssc.runAvailable();
                    }
                }
            }
            """;
    private static final String STRICT = "return Integer.parseInt(line);";
    private static final String CORRECTED = "return line.equals(\"poison\") ? 100 : Integer.parseInt(line);";

    @TempDir
    private Path directory;

    private String program(String parsed) throws IOException {
        return Files.writeString(directory.resolve("Orders.java"), PROGRAM.replace("PARSED", parsed))
                .toString();
    }

    private Path state() {
        return directory.resolve("the state");
    }

    private CommandRun run(String file, String lines) throws Exception {
        Files.createDirectories(directory.resolve("in"));
        Files.writeString(directory.resolve("in").resolve(file), lines);
        return CommandRun.ofProcess(directory, "run", program(STRICT), directory.toString());
    }

    /** Has a shell take the arguments of the command that a message advises. */
    private CommandRun advised(String message, String... more) throws Exception {
        String line = message.lines()
                .filter(text -> text.startsWith("  millrace checkpoint skip "))
                .findFirst()
                .orElseThrow();
        Process shell = new ProcessBuilder("/bin/bash", "-c", "printf '%s\\n' " + line.strip()).start();
        List<String> arguments = new ArrayList<>(shell.inputReader().lines().toList());
        assertThat(arguments.remove(0)).isEqualTo("millrace");
        arguments.addAll(List.of(more));
        return CommandRun.of(arguments.toArray(String[]::new));
    }

    private List<String> published() throws IOException {
        List<String> lines = new ArrayList<>();
        try (Stream<Path> parts = Files.walk(directory.resolve("out"))) {
            for (Path part : parts.filter(path -> path.getFileName().toString().startsWith("part"))
                    .sorted()
                    .toList()) {
                lines.addAll(Files.readAllLines(part));
            }
        }
        return lines;
    }

    @Test
    void shouldGetAProgramPastALineThatStopsItAtEachStart() throws Exception {
        assertThat(run("1", "1\n").code()).isZero();
        CommandRun first = run("2", "poison\n2\n");
        assertThat(first.code()).isEqualTo(1);
        assertThat(first.err()).contains("poison").doesNotContain("millrace checkpoint skip");
        CommandRun second = run("3", "3\n");
        assertThat(second.code()).isEqualTo(1);

        CheckpointInfo before = CheckpointInfo.read(state());
        String batch = Long.toString(before.underWay().get(0).time().milliseconds());
        String what = """
                checkpoint   %s
                skip         %s ms (%s)
                not taken    lines: 2, 9 bytes
                not seen by  totals
                not given    files
                run then     no batch
                kept         in %s/skipped/%s, for millrace replay; files that it reads must stay where they are
                """.formatted(state(), batch, Instant.ofEpochMilli(Long.parseLong(batch)), state(), batch);
        assertThat(advised(second.err()))
                .isEqualTo(new CommandRun(0, what + "Nothing was changed; --yes does it.\n", ""));
        assertThat(CheckpointInfo.read(state()).skipped()).isEmpty();
        assertThat(CheckpointInfo.read(state()).owner()).isEqualTo(before.owner());

        assertThat(advised(second.err(), "--yes", "--reason", "a word"))
                .isEqualTo(new CommandRun(0, what + "Done; the next start of the program goes on behind it.\n", ""));

        assertThat(run("4", "4\n").code()).isZero();
        assertThat(published()).containsExactly("(all,1)", "(all,8)");
        CheckpointInfo.Skipped skipped = CheckpointInfo.read(state()).skipped().get(0);
        String took = "  skipped  " + batch + " ms: lines was to take 2; at " + skipped.at() + ", because: a word; ";
        assertThat(CommandRun.of("checkpoint", "show", state().toString()).out())
                .contains(took + "kept for replay\n");
        assertThat(CommandRun.of("checkpoint", "show", "--json", state().toString())
                        .out())
                .contains("\"skipped\":[{\"time\":" + batch + ",\"at\":\"" + skipped.at()
                        + "\",\"reason\":\"a word\",\"inputs\":{\"lines\":\"2\"},\"kept\":true}]");
        assertThat(CommandRun.of("checkpoint", "verify", state().toString()).code())
                .isZero();

        CommandRun replayed = CommandRun.ofProcess(
                directory,
                "replay",
                state().toString(),
                "--batch",
                batch,
                "--",
                program(CORRECTED),
                directory.toString());
        assertThat(replayed.err()).isEmpty();
        assertThat(replayed.out()).contains("1 record").contains("(all,103)");

        assertThat(skip("--forget", batch))
                .isEqualTo(new CommandRun(
                        0, """
                checkpoint   %s
                forget       %s ms (%s): it cannot be replayed any more
                Nothing was changed; --yes does it.
                """.formatted(state(), batch, Instant.ofEpochMilli(Long.parseLong(batch))), ""));
        assertThat(skip("--forget", batch, "--yes").out()).startsWith("forgotten    " + batch + " ms (");
        assertThat(CommandRun.of("checkpoint", "show", state().toString()).out())
                .contains(took + "not kept any more\n");
        assertThat(run("5", "5\n").code()).isZero();
    }

    private CommandRun skip(String... options) {
        List<String> command = new ArrayList<>(List.of("checkpoint", "skip", state().toString()));
        command.addAll(List.of(options));
        return CommandRun.of(command.toArray(String[]::new));
    }

    @Test
    void shouldSayWhatIsWrongWithTheCommand() throws Exception {
        assertThat(run("1", "1\n").code()).isZero();
        assertThat(skip("--batch", "1000"))
                .isEqualTo(new CommandRun(
                        1,
                        "",
                        "millrace: the checkpoint " + state()
                                + " cannot skip batch 1000 ms, which is complete, or older"
                                + " than the last complete batch "
                                + CheckpointInfo.read(state()).lastDecided()
                                + "; no batch is planned and undecided: start the program\n"));
        assertThat(skip("--forget", "1000"))
                .isEqualTo(new CommandRun(
                        1,
                        "",
                        "millrace: the checkpoint " + state() + " keeps no input of a skipped batch 1000 ms; 'millrace"
                                + " checkpoint show' says of which it does\n"));
        assertThat(skip("--batch", "1000", "--forget", "1000").code()).isEqualTo(2);
        assertThat(skip("--yes").err()).startsWith("millrace: ");
        assertThat(skip("--forget", "1000", "--reason", "none")).isEqualTo(new CommandRun(2, "", """
                        millrace: --reason goes with --batch; leave it out
                        'millrace checkpoint skip --help' shows the options and examples.
                        """));
    }
}
