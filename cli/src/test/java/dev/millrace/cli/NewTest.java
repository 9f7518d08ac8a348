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
    private static final String VERSION = "0.1.0";

    @TempDir
    private Path directory;

    @Test
    void shouldWriteAProjectNamedLikeItsDirectory() throws IOException {
        Path project = directory.resolve("My Pipeline");

        CommandRun run = CommandRun.of("new", project.toString());

        assertThat(run.code()).isZero();
        assertThat(run.out())
                .startsWith("Wrote " + project + "; next:\n")
                .endsWith("  cd '" + project + "' && mvn verify\n");
        try (Stream<Path> files = Files.walk(project)) {
            List<String> names = files.filter(Files::isRegularFile)
                    .map(file -> project.relativize(file).toString())
                    .sorted()
                    .toList();
            assertThat(names)
                    .containsExactly(
                            ".gitignore",
                            "Dockerfile",
                            "README.md",
                            "pom.xml",
                            "src/main/java/pipeline/WordCount.java",
                            "src/main/java/pipeline/WordTotals.java",
                            "src/main/resources/logback.xml",
                            "src/test/java/pipeline/WordCountTest.java",
                            "src/test/java/pipeline/WordTotalsTest.java");
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

        CompiledProgram program =
                CompiledProgram.of(project.resolve("src/main/java/pipeline/WordCount.java"), ClassPath.NONE);

        assertThat(program.mainClass()).isEqualTo("pipeline.WordCount");
    }

    @Test
    void shouldSayHowToInstallMillraceWhereMavenDoesNotFindIt() throws IOException {
        String project = directory.resolve("p").toString();
        String next = "Wrote " + project + "; next:\n";
        String verify = "  cd " + project + " && mvn verify\n";
        System.setProperty("maven.repo.local", directory.resolve("repository").toString());
        System.setProperty("millrace.cli.root", "/opt/my millrace");
        try {
            assertThat(CommandRun.of("new", project).out())
                    .isEqualTo(next + "  (cd '/opt/my millrace' && mvn -q install -DskipTests)   # once: Maven does not"
                            + " find Millrace yet\n" + verify);
            for (String artifact : List.of("millrace-core", "millrace-testkit")) {
                Path version = directory
                        .resolve("repository/dev/millrace")
                        .resolve(artifact)
                        .resolve(VERSION);
                Files.createDirectories(version);
                Files.writeString(version.resolve(artifact + "-" + VERSION + ".jar"), "");
            }
            String again = directory.resolve("q").toString();
            assertThat(CommandRun.of("new", again).out()).isEqualTo((next + verify).replace(project, again));
        } finally {
            System.clearProperty("maven.repo.local");
            System.clearProperty("millrace.cli.root");
        }
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
