/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The messages for people who give the command something that it cannot take. */
class WrongInputTest {
    @TempDir
    private Path directory;

    @BeforeEach
    void writeFiles() throws IOException {
        Files.writeString(directory.resolve("notes.txt"), "notes");
        Files.writeString(directory.resolve("fake.jar"), "no jar");
        Files.createDirectory(directory.resolve("sources"));
        Files.createDirectory(directory.resolve("state"));
        try (OutputStream file = Files.newOutputStream(directory.resolve("library.jar"));
                JarOutputStream jar = new JarOutputStream(file, new Manifest())) {
            jar.flush();
        }
    }

    /** Runs the command with {@code DIR} replaced; in what it says that stands for the directory again. */
    private CommandRun run(String line) {
        String[] words = line.split(" ");
        for (int i = 0; i < words.length; i++) {
            words[i] = words[i].replace("DIR", directory.toString()).replace("''", "");
        }
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        try {
            CommandRun run = CommandRun.of(words);
            return new CommandRun(run.code(), run.out(), run.err().replace(directory.toString(), "DIR"));
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "run DIR/Counts.java        | DIR/Counts.java does not exist; correct the path",
                "run DIR/sources            | DIR/sources is a directory; name the .java file that has the main method",
                "run DIR/notes.txt          | DIR/notes.txt is no Java source file; name the .java file that has the main method",
                "run DIR/library.jar        | DIR/library.jar is a jar, and sources are run here; start it by 'java -jar DIR/library.jar'",
                "run ''                     | Invalid value for positional parameter at index 0 (FILE): the path is empty; name a file or a directory",
                "run -cp DIR/fake.jar X.java | Invalid value for option '--class-path': 'DIR/fake.jar' is no jar that can be read (zip END header not found); name jars, and directories of classes",
                "run                        | FILE is missing; add it",
                "checkpoint show            | DIR is missing; add it",
                "checkpoint rollback DIR    | --to BATCH is missing; add it",
                "why                        | --checkpoint DIR and PATH are missing; add them",
                "wordcount --files          | --files has no DIR; write it behind",
                "run -cp                    | --class-path has no PATH; write it behind",
                "wordcount --files DIR --files DIR | --files is given twice; leave one out",
                "new ''                     | Invalid value for positional parameter at index 0 (DIR): the path is empty; name a file or a directory",
                "wordcount --files ''       | Invalid value for option '--files': the path is empty; name a file or a directory",
                "wordcount --files DIR --top many | Invalid value for option '--top': 'many' is no whole number up to 2147483647; write one, such as 10",
                "checkpoint show DIR --json=maybe | Invalid value for option '--json': 'maybe' is given, and it takes no value; write it without",
                "wordcount --files DIR --top 99999999999 | Invalid value for option '--top': '99999999999' is no whole number up to 2147483647; write one, such as 10",
            })
    void shouldSayWhatWasFoundAndTheChangeWhenUsageIsWrong(String line, String answer) {
        String command = line.replaceFirst("^(checkpoint \\w+|\\w+).*", "$1");

        assertThat(run(line))
                .isEqualTo(new CommandRun(
                        2,
                        "",
                        "millrace: " + answer + "\n'millrace " + command
                                + " --help' shows the options and examples.\n"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "DIR/Counts.java | DIR/Counts.java does not exist; correct the path",
                "DIR/sources     | DIR/sources is a directory; name the .java file, or the class, that has the main method",
                "DIR/notes.txt   | DIR/notes.txt is no Java source file; name the .java file, or the class, that has the main method",
                "DIR/library.jar | DIR/library.jar is a jar; name the class in it that has the main method, and the jar by --class-path",
                "shop.Nothing    | shop.Nothing is no class with a main method; name one, with --class-path where it is, or a source file",
            })
    void shouldSayWhatAWordIsThatNamesNoProgram(String program, String answer) {
        assertThat(run("checkpoint plan DIR/state -- " + program))
                .isEqualTo(new CommandRun(1, "", "millrace: " + answer + "\n"));
    }

    @Test
    void shouldNameTheFileThatIsInTheWayOfAProject() {
        assertThat(run("new DIR/notes.txt/mine").err())
                .isEqualTo("millrace: the project cannot be written to DIR/notes.txt/mine (FileSystemException); name a"
                        + " directory that you may write to\n");
    }

    @Test
    void shouldPointToTheCommandThatPortsWhenTheFileIsWrittenForSpark() throws IOException {
        Files.writeString(directory.resolve("Old.java"), """
                import org.apache.spark.streaming.Durations;
                public class Old { public static void main(String[] a) {} }
                """);

        CommandRun run = run("run DIR/Old.java");

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err())
                .startsWith("millrace: DIR/Old.java does not compile:\n\n"
                        + "Old.java:1: package org.apache.spark.streaming does not exist\n")
                .endsWith(
                        "^\n\nThe file is written for Spark; docs/coming-from-spark.md begins with a command that ports it, and\n"
                                + "says of each name how it is written here.\n");
    }

    @Test
    void shouldSayThatRightsAreMissing() throws IOException {
        Path program = Files.writeString(directory.resolve("Secret.java"), "class Secret {}");
        Files.setPosixFilePermissions(program, Set.of());
        Files.setPosixFilePermissions(directory.resolve("sources"), Set.of());

        String ofProgram = run("run DIR/Secret.java").err();
        String ofSources = run("wordcount --files DIR/sources --once").err();

        if (Files.isReadable(program)) { // root needs no rights, and is not told that they are missing
            assertThat(ofProgram + ofSources).doesNotContain("rights");
        } else {
            assertThat(ofProgram).isEqualTo("millrace: DIR/Secret.java cannot be read; correct its rights\n");
            assertThat(ofSources)
                    .isEqualTo("millrace: --files DIR/sources cannot be read; correct its rights\n"
                            + "'millrace wordcount --help' shows the options and examples.\n");
        }
    }

    @ParameterizedTest
    @CsvSource({"notes.txt, notes.txt", "notes.txt/state, notes.txt"})
    void shouldShowNoStackWhenTheCheckpointsDirectoryIsAFile(String checkpoint, String file) throws IOException {
        Files.writeString(directory.resolve("Copy.java"), """
                import dev.millrace.streaming.*;
                public class Copy {
                    public static void main(String[] args) {
                        try (StreamingContext ssc = StreamingContext.local(Durations.seconds(1))) {
                            ssc.checkpoint(args[0]);
                            ssc.textFileStream("in", false).named("lines").print();
                            ssc.start();
                        }
                    }
                }
                """);

        assertThat(run("run DIR/Copy.java DIR/" + checkpoint))
                .isEqualTo(
                        new CommandRun(
                                1,
                                "",
                                "millrace: the checkpoint DIR/" + checkpoint + " cannot be opened: DIR/" + file
                                        + " is a file where a directory should be; correct the path\n\tat Copy.main(Copy.java:7)\n"));
    }
}
