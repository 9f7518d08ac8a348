/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Arguments that name a file of arguments. */
class ArgumentFilesTest {
    @TempDir
    private Path directory;

    private String file = "";

    @BeforeEach
    void write() throws IOException {
        file = "@" + Files.writeString(directory.resolve("arguments"), "--once # all\n \"a file\"\n\u4e2d hunter2\n");
    }

    private static String[] expanded(String... arguments) {
        return new ArgumentFiles(Millrace.commandLine(), arguments).arguments();
    }

    @Test
    void shouldPutWhatAFileSaysInItsPlace() {
        assertThat(expanded("wordcount", file, "--top", "5"))
                .containsExactly("wordcount", "--once", "a file", "\u4e2d", "hunter2", "--top", "5");
        assertThat(expanded(file, "wordcount")).endsWith("hunter2", "wordcount");
    }

    @Test
    void shouldLeaveTheArgumentsOfAProgramAsTheyAre() {
        assertThat(expanded("run", "Counts.java", file, "@@x")).containsExactly("run", "Counts.java", file, "@@x");
        assertThat(expanded("run", "-cp", "lib.jar", "Counts.java", file)).endsWith("Counts.java", file);
        assertThat(expanded("checkpoint", "plan", "state", "--", "Counts.java", file))
                .endsWith("--", "Counts.java", file);
        assertThat(expanded("replay", "--batch", "1", "state", "Counts.java", file))
                .endsWith("Counts.java", file);
        assertThat(expanded("replay", "--batch", "1", "--", "state", "Counts.java", file))
                .endsWith(file);
    }

    @Test
    void shouldKnowAProgramThatAFileNames() throws IOException {
        Files.writeString(directory.resolve("program"), "-cp lib.jar Counts.java");
        assertThat(expanded("run", "@" + directory.resolve("program"), file))
                .containsExactly("run", "-cp", "lib.jar", "Counts.java", file);
    }

    @Test
    void shouldTakeNoFileForTheValueOfAnOptionOrAnEscapedArgument() {
        assertThat(expanded("wordcount", "--files", file, "@" + file))
                .containsExactly("wordcount", "--files", file, file);
    }

    @Test
    void shouldNotShowWhatIsInAFile() {
        assertThat(CommandRun.of("wordcount", file))
                .isEqualTo(new CommandRun(
                        2,
                        "",
                        "millrace: '(in " + file + ")' is one argument too many for millrace wordcount; leave it out\n"
                                + "'millrace wordcount --help' shows the options and examples.\n"));
        assertThat(CommandRun.of("run", file).err()).doesNotContain("hunter2").doesNotContain("a file");
        assertThat(CommandRun.of(file).err()).doesNotContain("hunter2").doesNotContain("a file");
    }

    @Test
    void shouldNotSayWhatIsNearestToWhatIsInAFile() throws IOException {
        Path near = Files.writeString(directory.resolve("near"), "--filez=hunter2");

        assertThat(CommandRun.of("wordcount", "@" + near).err())
                .isEqualTo("millrace: '(in @" + near + ")' is no option of millrace wordcount\n"
                        + "'millrace wordcount --help' shows the options and examples.\n");
    }

    @Test
    void shouldHideEachWordOnceWhenItStandsInTheHintToo() throws IOException {
        Path words = Files.writeString(directory.resolve("words"), "--filez in ''");

        assertThat(CommandRun.of("wordcount", "@" + words).err())
                .startsWith("millrace: '(in @" + words + ")' is no option of millrace wordcount\n");
    }

    @Test
    void shouldRefuseAFileThatCannotBeRead() {
        assertThatThrownBy(() -> expanded("wordcount", "@nowhere"))
                .isInstanceOf(CommandFailure.class)
                .hasMessage(
                        "@nowhere is no file of arguments that can be read (NoSuchFileException); name one, or write"
                                + " @@nowhere for an argument that begins with @");
        assertThat(CommandRun.of("wordcount", "@nowhere").code()).isEqualTo(2);
    }
}
