/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import dev.millrace.rdd.RDD;
import dev.millrace.streaming.CheckpointInfo;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StreamingContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointVerifyTest {
    private static final String JOURNAL = "journal/0000000001-0000000001";

    @TempDir
    private Path directory;

    private Path checkpoint() {
        return directory.resolve("checkpoint");
    }

    @BeforeEach
    void runBatches() {
        try (StreamingContext ssc =
                new StreamingContext(new MillraceConf().setMaster("local[2]"), Durations.seconds(1))) {
            ssc.checkpoint(checkpoint().toString());
            Queue<RDD<String>> queue = new ArrayDeque<>();
            queue.add(ssc.millraceContext().parallelize(List.of("to", "be"), 1));
            ssc.queueStream(queue)
                    .named("words")
                    .to(StreamingContext.textFiles(directory.resolve("out").toString()))
                    .named("files");
            ssc.runBatches(2);
        }
    }

    private CommandRun verify(String... options) {
        String[] all = Arrays.copyOf(new String[] {"checkpoint", "verify"}, options.length + 3);
        System.arraycopy(options, 0, all, 2, options.length);
        all[all.length - 1] = checkpoint().toString();
        return CommandRun.of(all);
    }

    private long bytes(String file) throws IOException {
        return Files.size(checkpoint().resolve(file));
    }

    private String id() {
        return CheckpointInfo.read(checkpoint()).id().toString();
    }

    /** Such a path once ended with code 0, as if all were well, so a watch over a checkpoint that was gone saw nothing. */
    @Test
    void shouldRefuseADirectoryThatIsNoCheckpoint() {
        Path output = directory.resolve("out");
        CommandRun run = CommandRun.of("checkpoint", "verify", output.toString());
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err())
                .isEqualTo("millrace: " + output
                        + " is no checkpoint directory, or no program has used it; check the path\n");
    }

    @Test
    void shouldReadEveryFileAndSayWhatAStartWouldDo() throws IOException {
        Files.writeString(checkpoint().resolve("notes.txt"), "by hand");
        CommandRun run = verify();
        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isZero();
        assertThat(run.out()).isEqualTo("""
                checkpoint %s
                id %s

                Files
                  journal/0000000001-0000000001   %,d bytes  whole
                  notes.txt                       7 bytes    not ours  no program wrote it
                  owners/0000000001               %s  whole
                  receipts/0000000001-0000000001  %s  whole

                A start would go on after batch 2000 ms;
                batches to take back: 0, to publish: 0, to run again: 0
                """.formatted(
                        checkpoint(),
                        id(),
                        bytes(JOURNAL),
                        bytes("owners/0000000001") + " bytes",
                        bytes("receipts/0000000001-0000000001") + " bytes"));
    }

    /** A process that is killed while it stages leaves files that nobody reads. */
    @Test
    void shouldNotBlameRowsThatNoStartWouldPublish() throws IOException {
        String rows = "rows/table-3000-" + id() + "-0000000001/part-00000.0-8c1c9e9e-30b1-4d5f-9f2b-2c7a4f6f1a11";
        Files.createDirectories(checkpoint().resolve(rows).getParent());
        Files.createFile(checkpoint().resolve(rows));
        CommandRun run = verify();
        assertThat(run.out())
                .containsPattern(
                        Pattern.quote(rows) + " +0 bytes +left over  its batch is not decided, or is published");
        assertThat(run.code()).isZero();
    }

    /** A journal tells how long the one before it is. */
    @Test
    void shouldBlameTheDamagedJournalAlone() throws IOException {
        runBatches();
        Path second = checkpoint().resolve("journal/0000000002-0000000002");
        byte[] bytes = Files.readAllBytes(second);
        bytes[170] ^= 1; // in the first record
        Files.write(second, bytes);
        CommandRun run = verify();
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out())
                .contains(JOURNAL + "   %,d bytes  whole".formatted(bytes(JOURNAL)))
                .contains("journal/0000000002-0000000002   %,d bytes  damaged".formatted(bytes.length));
    }

    @Test
    void shouldSayTheSameToPrograms() throws IOException {
        CommandRun run = verify("--json");
        assertThat(run.code()).isZero();
        assertThat(run.out())
                .isEqualTo("{\"id\":\"" + id() + "\",\"right\":true,\"files\":["
                        + file(JOURNAL) + "," + file("owners/0000000001") + ","
                        + file("receipts/0000000001-0000000001")
                        + "],\"refused\":null,\"start\":\"go on after batch 2000 ms; batches to take back: 0, to publish:"
                        + " 0, to run again: 0\"}\n");
    }

    private String file(String path) throws IOException {
        return "{\"path\":\"" + path + "\",\"bytes\":" + bytes(path) + ",\"state\":\"WHOLE\",\"finding\":\"\"}";
    }

    @Test
    void shouldNameWhatIsDamagedAndWhyAStartWouldBeRefused() throws IOException {
        Path journal = checkpoint().resolve(JOURNAL);
        byte[] bytes = Files.readAllBytes(journal);
        bytes[170] ^= 1; // in the first record
        Files.write(journal, bytes);
        CommandRun run = verify();
        assertThat(run.code()).isEqualTo(1);
        String damage =
                "the file " + journal + " is damaged at byte 129: a frame does not match its checksum; restore the"
                        + " whole directory from a backup (a start then tells what its outputs have published since), or start"
                        + " with a new directory";
        assertThat(run.out())
                .contains("  damaged  " + damage + "\n")
                .endsWith("\nA start would be refused: " + damage + "\n");
    }

    @Test
    void shouldSayWhereACrashHasCutAFileOff() throws IOException {
        Path journal = checkpoint().resolve(JOURNAL);
        byte[] bytes = Files.readAllBytes(journal);
        Files.write(journal, Arrays.copyOf(bytes, bytes.length - 1)); // the end of a commit, which is written again
        CommandRun run = verify();
        assertThat(run.code()).isZero();
        assertThat(run.out())
                .containsPattern("cut off  \\d+ of its bytes count\n")
                .endsWith(
                        "A start would go on after batch 2000 ms;\nbatches to take back: 0, to publish: 1, to run again: 0\n");
    }

    @Test
    void shouldSayThatFilesOfTwoCheckpointsAreMixedUp() throws IOException {
        Path owner = checkpoint().resolve("owners/0000000001");
        Path other = directory.resolve("other");
        try (StreamingContext ssc = new StreamingContext(new MillraceConf().setMaster("local"), Durations.seconds(1))) {
            ssc.checkpoint(other.toString());
            ssc.queueStream(new ArrayDeque<RDD<String>>()).named("words").foreachRDD("none", rdd -> {});
            ssc.runBatches(1);
        }
        Files.write(owner, Files.readAllBytes(other.resolve("owners/0000000001")));
        String id = CheckpointInfo.read(other).id().toString();
        CommandRun run = verify();
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out())
                .startsWith("checkpoint " + checkpoint() + "\n\nA start would be refused: the directory " + checkpoint()
                        + " holds files of two checkpoints: " + JOURNAL + " belongs to ")
                .contains(", and owners/0000000001 to " + id + "; put the files that belong here back");
    }

    private void mustNameADirectory(String path, String refused) throws IOException {
        Files.createDirectories(checkpoint().resolve(path).resolve("within"));
        CommandRun found = verify();
        assertThat(found.code()).isEqualTo(1);
        assertThat(found.err()).isEmpty();
        assertThat(found.out())
                .containsPattern("  " + path + " +0 bytes +damaged +(it cannot be read: )?" + checkpoint() + "/" + path
                        + ": it is a directory\n")
                .containsPattern("  owners/0000000001 +\\d+ bytes +whole")
                .contains(refused);
        Files.delete(checkpoint().resolve(path).resolve("within"));
        Files.delete(checkpoint().resolve(path));
    }

    @Test
    void shouldReportOnAllOtherFilesWhenADirectoryHasTheNameOfOne() throws IOException {
        String refused = "\nA start would be refused: the checkpoint " + checkpoint()
                + " cannot be read: java.nio.file.FileSystemException: " + checkpoint() + "/";
        String start = "\nA start would go on after batch 2000 ms;";
        mustNameADirectory(
                "journal/0000000002-0000000001", refused + "journal/0000000002-0000000001: it is a directory;");
        mustNameADirectory("quarantine/batch-1000.jsonl", start);
        mustNameADirectory("receipts/0000000002-0000000001", refused + "receipts/0000000002-0000000001: ");
        mustNameADirectory("wal/0000000001-0000000001", "\nA start would ");
        assertThat(verify().code()).isZero();
    }

    @Test
    void shouldReportOnAllFilesWhenADirectoryHasTheNameOfAnOwner() throws IOException {
        Files.createDirectories(checkpoint().resolve("owners/0000000002"));
        Files.createDirectories(checkpoint().resolve("owners/0000000009/within"));
        CommandRun found = verify();
        assertThat(found.code()).isZero();
        assertThat(found.err()).isEmpty();
        assertThat(found.out())
                .containsPattern("  owners/0000000001 +\\d+ bytes +whole")
                .containsPattern("  owners/0000000002 +0 bytes +cut off +it does not say who took the checkpoint\n")
                .containsPattern("  owners/0000000009 +0 bytes +not ours +no program wrote it\n");
    }

    @Test
    void shouldReportOnAFileThatStandsAmongSkippedBatches() throws IOException {
        Files.createDirectories(checkpoint().resolve("skipped"));
        Files.writeString(checkpoint().resolve("skipped/1000"), "notes");
        CommandRun found = verify();
        assertThat(found.code()).isZero();
        assertThat(found.out()).containsPattern("  skipped/1000 +5 bytes +not ours +no program wrote it\n");
    }
}
