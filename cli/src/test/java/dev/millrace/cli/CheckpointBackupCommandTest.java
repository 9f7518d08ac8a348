/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import dev.millrace.Tuple2;
import dev.millrace.rdd.RDD;
import dev.millrace.streaming.CheckpointInfo;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that copy a checkpoint and put it back, with the page of the guide that tells of them. */
class CheckpointBackupCommandTest {
    private static final Path GUIDE = Path.of("../docs/guide/backups.md");
    private static final Pattern BLOCK = Pattern.compile("```\n(\\$ .*?)```", Pattern.DOTALL);

    @TempDir
    private Path directory;

    private void run(Path checkpoint, int batches) {
        MillraceConf conf = new MillraceConf()
                .setMaster("local[2]")
                .set("millrace.streaming.checkpoint.snapshotBytes", "1")
                .set("millrace.streaming.checkpoint.retainedBatches", "0");
        try (StreamingContext ssc = new StreamingContext(conf, Durations.seconds(1))) {
            ssc.checkpoint(checkpoint.toString());
            Queue<RDD<String>> queue = new ArrayDeque<>();
            for (int i = 0; i < 20; i++) {
                String word = i == 7 ? "long".repeat(10_000) : "word";
                queue.add(ssc.millraceContext().parallelize(List.of(word), 1));
            }
            ssc.queueStream(queue)
                    .named("words")
                    .mapToPair(word -> Tuple2.of(word, 1))
                    .updateStateByKey(
                            StateType.of("totals", Integer.class),
                            (ones, total) -> Optional.of(ones.size() + total.orElse(0)))
                    .to(StreamingContext.textFiles(directory.resolve("out").toString()))
                    .named("files");
            ssc.runBatches(batches);
        }
    }

    @BeforeEach
    void runProgram() {
        run(directory.resolve("state"), 6);
    }

    /** Runs a command in the directory, whose paths are given and told as below it. */
    private CommandRun command(String line) {
        List<String> words = new ArrayList<>();
        for (String word : line.split(" ")) {
            boolean isPath = word.matches("(state|lost|staging|backups)(/.*)?");
            words.add(isPath ? directory.resolve(word).toString() : word);
        }
        CommandRun run = CommandRun.of(words.toArray(String[]::new));
        return new CommandRun(
                run.code(), run.out().replace(directory + "/", ""), run.err().replace(directory + "/", ""));
    }

    private static String withoutNumbers(String text) {
        return text.replaceAll("(?m)^files .*: ", "files N: ")
                .replaceAll("\\d[\\d,]* (copied|bytes|linked|shared)", "N $1")
                .replaceAll("[0-9a-f]{8}-[0-9a-f-]{27}", "ID");
    }

    @Test
    void shouldDoWhatTheGuideSays() throws IOException {
        List<String> done = new ArrayList<>();
        Matcher block = BLOCK.matcher(Files.readString(GUIDE));
        while (block.find()) {
            String text = block.group(1);
            String[] lines = text.split("\n", 3);
            String line = lines[0].substring(2);
            String said = text.substring(lines[0].length() + 1);
            if (line.startsWith("mv ")) {
                String[] words = line.split(" ");
                Files.move(directory.resolve(words[1]), directory.resolve(words[2]));
                line = lines[1].substring(2);
                said = lines[2];
            }
            CommandRun run = command(line.replaceFirst("^millrace ", ""));
            assertThat(run.err()).as(line).isEmpty();
            assertThat(run.code()).as(line).isZero();
            if (!said.isEmpty()) {
                assertThat(withoutNumbers(run.out())).as(line).isEqualTo(withoutNumbers(said));
            }
            done.add(line.split(" ")[2]);
        }
        assertThat(done).containsExactly("backup", "verify", "restore", "restore");
        assertThat(CheckpointInfo.read(directory.resolve("state")).id())
                .isEqualTo(CheckpointInfo.read(directory.resolve("lost")).id())
                .isNotEqualTo(CheckpointInfo.read(directory.resolve("staging")).id());
        run(directory.resolve("state"), 1);
        assertThat(directory.resolve("out/batch-7000")).isDirectory();
    }

    @Test
    void shouldNameABackupIfTheDirectoryOfSeveralIsGiven() {
        command("checkpoint backup state backups");
        command("checkpoint backup state backups");
        for (String verb : List.of("verify", "show", "rollback --to 1000")) {
            CommandRun run = command("checkpoint " + verb + " backups");
            assertThat(run.code()).isEqualTo(2);
            assertThat(run.err())
                    .startsWith(
                            "millrace: backups is a directory of backups; name one of them, such as backups/backup-2\n");
        }
    }

    @Test
    void shouldCopyWhatIsNewAndDeleteWhatIsOld() {
        command("checkpoint backup state backups");
        String shared = command("checkpoint backup state backups").out();
        assertThat(shared)
                .containsPattern("files +\\d+: 3 copied \\([\\d,]+ bytes\\), 0 linked to the checkpoint, [1-9]\\d*"
                        + " shared with the backup before\n");
        run(directory.resolve("state"), 1);
        CommandRun third = command("checkpoint backup state backups --keep 1 --copy");
        assertThat(third.code()).isZero();
        assertThat(third.out())
                .startsWith("checkpoint   state\nbackup       backups/backup-3\n"
                        + "goes up to   7000 ms (1970-01-01T00:00:07Z)\n")
                .containsPattern(" 0 linked to the checkpoint, ")
                .endsWith("deleted      backups/backup-1\ndeleted      backups/backup-2\n"
                        + "Every file was read, and a start would go on from it.\n");
        assertThat(command("checkpoint backup state backups --keep 0")).isEqualTo(new CommandRun(2, "", """
                        millrace: --keep 0 would leave no backup; keep at least 1
                        'millrace checkpoint backup --help' shows the options and examples.
                        """));
        assertThat(command("checkpoint backup state state/backups"))
                .isEqualTo(new CommandRun(
                        1,
                        "",
                        "millrace: the backups of state cannot be in it, and state/backups is; name a directory elsewhere,"
                                + " best on another disk\n"));
        assertThat(command("checkpoint restore backups state").err())
                .startsWith("millrace: state is not empty, and nothing is restored over what is there; ");
    }

    /** The process may write no file of more than 4 kB, which is what a full disk is to it. */
    @Test
    void shouldLeaveNothingBehindWhenThereIsNoSpace() throws Exception {
        assertThat(command("checkpoint backup state backups").code()).isZero();
        run(directory.resolve("state"), 3); // the second of them has a long word
        List<String> process = List.of(
                "sh",
                "-c",
                "ulimit -f 8 && exec \"$@\"",
                "sh",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:-UsePerfData",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.millrace.cli.Millrace",
                "checkpoint",
                "backup",
                directory.resolve("state").toString(),
                directory.resolve("backups").toString(),
                "--copy");
        Path error = directory.resolve("stderr");
        Process child = new ProcessBuilder(process)
                .redirectOutput(directory.resolve("stdout").toFile())
                .redirectError(error.toFile())
                .start();
        assertThat(child.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(child.exitValue()).as(Files.readString(error)).isEqualTo(1);
        assertThat(Files.readString(error))
                .startsWith("millrace: the checkpoint " + directory.resolve("state") + " cannot be backed up into "
                        + directory.resolve("backups") + ": java.io.IOException: File too large")
                .endsWith("; check the paths, their rights and the free space\n");
        try (Stream<Path> left = Files.list(directory.resolve("backups"))) {
            assertThat(left.map(path -> path.getFileName().toString())).containsExactlyInAnyOrder("backup-1", "lock");
        }
        assertThat(command("checkpoint backup state backups").code()).isZero();
    }
}
