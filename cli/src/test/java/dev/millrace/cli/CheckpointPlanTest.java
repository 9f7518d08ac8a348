/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import dev.millrace.Tuple2;
import dev.millrace.rdd.RDD;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StateType;
import dev.millrace.streaming.StreamingContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A rehearsal ends its process, so here the command has one of its own. */
class CheckpointPlanTest {
    private static final String PROGRAM = """
            import dev.millrace.*;
            import dev.millrace.streaming.*;
            import java.util.*;
            public class Counts {
                public static void main(String[] args) throws Exception {
                    MillraceConf conf = new MillraceConf().setMaster("local[2]");
                    if (args.length > 2) {
                        conf.set("millrace.streaming.checkpoint.dropOrphans", args[2]);
                    }
                    try (StreamingContext ssc = new StreamingContext(conf, Durations.seconds(1))) {
                        ssc.checkpoint(args[0]);
                        ssc.<String>queueStream(new LinkedList<>()).named("words")
                                .mapToPair(word -> Tuple2.of(word, 1L))
                                .updateStateByKey(StateType.of(args[1], Long.class), (ones, total) -> total)
                                .foreachRDD(rdd -> { System.out.println("ran"); });
                        Runtime.getRuntime().addShutdownHook(new Thread(ssc::stop));
                        ssc.start();
                        ssc.awaitTermination();
                    }
                }
            }
            """;

    @TempDir
    private Path directory;

    private String checkpoint() {
        return directory.resolve("checkpoint").toString();
    }

    private CommandRun child(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Millrace.class.getName()));
        command.addAll(List.of(arguments));
        Path out = directory.resolve("stdout");
        Path err = directory.resolve("stderr");
        Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            return new CommandRun(process.exitValue(), Files.readString(out), Files.readString(err));
        } finally {
            process.destroyForcibly();
        }
    }

    private String program() throws IOException {
        return Files.writeString(directory.resolve("Counts.java"), PROGRAM).toString();
    }

    private StreamingContext running() {
        StreamingContext ssc = new StreamingContext(new MillraceConf().setMaster("local[2]"), Durations.seconds(1));
        ssc.checkpoint(checkpoint());
        Queue<RDD<String>> queue = new ArrayDeque<>();
        queue.add(ssc.millraceContext().parallelize(List.of("to", "be"), 1));
        ssc.queueStream(queue)
                .named("words")
                .mapToPair(word -> Tuple2.of(word, 1))
                .updateStateByKey(StateType.of("totals", Integer.class), (ones, total) -> Optional.of(ones.size()))
                .foreachRDD(rdd -> {});
        ssc.runBatches(2);
        return ssc;
    }

    private List<String> files() throws IOException {
        try (Stream<Path> all = Files.walk(Path.of(checkpoint()))) {
            return all.map(Path::toString).sorted().toList();
        }
    }

    @Test
    void shouldRehearseAnyMainWhileTheProgramBeforeIsRunning() throws Exception {
        String program = program();
        try (StreamingContext ssc = running()) {
            List<String> before = files();
            assertThat(child("checkpoint", "plan", checkpoint(), "--", program, checkpoint(), "totals"))
                    .isEqualTo(new CommandRun(0, """
                            checkpoint %s
                            The last decided batch is 2000 ms.
                              kept      input  words   a queue: 1 RDD taken
                              migrated  state  totals  2 keys; values are now Long
                            The program would start.
                            """.formatted(checkpoint()), ""));
            assertThat(child("checkpoint", "plan", checkpoint(), "--", program, checkpoint(), "sums"))
                    .isEqualTo(new CommandRun(1, """
                            checkpoint %s
                            The last decided batch is 2000 ms.
                              kept      input  words   a queue: 1 RDD taken
                              new       state  sums
                              orphaned  state  totals  2 keys
                            This program cannot start on the checkpoint %s:
                              - the checkpoint has the state totals (2 keys), and no operator of the program has this \
                            name; write StateType.of("totals", ...) on the operator that it belongs to, or drop it: \
                            conf.set("millrace.streaming.checkpoint.dropOrphans", "totals")
                            """.formatted(checkpoint(), checkpoint()), ""));
            CommandRun dropping = child("checkpoint", "plan", checkpoint(), "--", program, "other", "sums", "totals");
            assertThat(dropping.code()).isZero();
            assertThat(dropping.out())
                    .contains("  dropped   state  totals  2 keys\n")
                    .endsWith("The program would start.\n"
                            + "Note: the program itself names the checkpoint directory other.\n");
            assertThat(files()).isEqualTo(before);
            ssc.runBatches(1);
        }
        assertThat(directory.resolve("other")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 7})
    void shouldSayThatTheProgramHasEndedTheProcess(int code) throws Exception {
        Path exit = Files.writeString(
                directory.resolve("Exit.java"),
                "public class Exit { public static void main(String[] args) { System.exit(" + code + "); } }");
        String silent = "millrace: " + exit
                + " called System.exit before it started a context; give it the arguments with which it starts one\n";
        assertThat(child("checkpoint", "plan", directory.toString(), "--", exit.toString()))
                .isEqualTo(new CommandRun(1, "", silent));
        assertThat(child("replay", directory.toString(), "--batch", "1000", "--", exit.toString()))
                .isEqualTo(new CommandRun(1, "", silent));
    }

    @Test
    void shouldSayWhatIsWrongWithTheDirectoryOrTheProgram() throws Exception {
        String help = "'millrace checkpoint plan --help' shows the options and examples.\n";
        assertThat(CommandRun.of("checkpoint", "plan", checkpoint(), "--", "Counts.java"))
                .isEqualTo(new CommandRun(
                        2,
                        "",
                        "millrace: the checkpoint " + checkpoint() + " is no directory; correct the path\n" + help));
        assertThat(CommandRun.of("checkpoint", "plan", directory.toString(), "--"))
                .isEqualTo(new CommandRun(2, "", "millrace: name the program after --\n" + help));
        assertThat(child("checkpoint", "plan", directory.toString(), "--", "shop.Nothing"))
                .isEqualTo(new CommandRun(
                        1,
                        "",
                        "millrace: shop.Nothing is no class with a main method; name one, with --class-path where it is,"
                                + " or a source file\n"));
        running().close();
        Path journal = Path.of(checkpoint(), "journal");
        try (Stream<Path> all = Files.list(journal)) {
            journal = all.findFirst().orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(journal);
        bytes[110] ^= 1;
        Files.write(journal, bytes);
        CommandRun damaged = child("checkpoint", "plan", checkpoint(), program(), checkpoint(), "totals");
        assertThat(damaged)
                .isEqualTo(new CommandRun(
                        1,
                        "",
                        "millrace: the file " + journal
                                + " is damaged at byte 8: a frame does not match its checksum; restore the"
                                + " whole directory from a backup (a start then tells what its outputs have published"
                                + " since), or start with a new directory\n"));
    }
}
