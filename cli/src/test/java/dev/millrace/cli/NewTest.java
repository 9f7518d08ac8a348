/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NewTest {
    @TempDir
    private Path directory;

    @Test
    void shouldWriteAProjectNamedLikeItsDirectory() throws IOException {
        Path project = directory.resolve("My Pipeline");

        CommandRun run = CommandRun.of("new", project.toString());

        assertThat(run.code()).isZero();
        assertThat(run.out()).isEqualTo("Wrote " + project + "; next: cd " + project + " && mvn verify\n");
        try (Stream<Path> files = Files.walk(project)) {
            List<String> names = files.filter(Files::isRegularFile)
                    .map(file -> project.relativize(file).toString())
                    .sorted()
                    .toList();
            assertThat(names)
                    .containsExactly(
                            ".gitignore",
                            "README.md",
                            "pom.xml",
                            "src/main/java/pipeline/WordCount.java",
                            "src/test/java/pipeline/WordCountTest.java");
        }
        assertThat(project.resolve("pom.xml"))
                .content()
                .contains("<artifactId>my-pipeline</artifactId>", "<artifactId>millrace-core</artifactId>")
                .doesNotContain("${", "ARTIFACT_ID");
    }

    @Test
    void shouldWriteAPipelineThatCompilesAgainstThisMillrace() throws IOException {
        Path project = directory.resolve("p");
        CommandRun.of("new", project.toString());

        CompiledProgram program = CompiledProgram.of(project.resolve("src/main/java/pipeline/WordCount.java"), ClassPath.NONE);

        assertThat(program.mainClass()).isEqualTo("pipeline.WordCount");
    }

    @Test
    void shouldRefuseADirectoryThatHoldsSomething() throws IOException {
        Files.writeString(directory.resolve("mine.txt"), "mine");

        CommandRun run = CommandRun.of("new", directory.toString());

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err())
                .isEqualTo("millrace: " + directory + " is not empty; name a new or empty directory\n"
                        + "'millrace new --help' shows the options and examples.\n");
        assertThat(directory).isDirectoryNotContaining("glob:**pom.xml");
    }
}
