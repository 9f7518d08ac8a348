/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The project that {@code millrace new} writes, built by Maven and run from its jar. Millrace is installed into a local
 * repository of the test, which shares everything else with the user's.
 */
@Tag("full")
class NewProjectTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    @TempDir
    private Path directory;

    /** A repository with links to all that the user's has but Millrace. */
    private Path repository() throws IOException {
        Path users = Path.of(System.getProperty(
                "maven.repo.local",
                Path.of(System.getProperty("user.home"), ".m2", "repository").toString()));
        Path own = Files.createDirectories(directory.resolve("repository/dev")).getParent();
        link(users, own);
        link(users.resolve("dev"), own.resolve("dev"));
        return own;
    }

    private static void link(Path from, Path to) throws IOException {
        if (!Files.isDirectory(from)) {
            return;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(from)) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                if (!name.equals("dev") && !(name.equals("millrace") && from.endsWith("dev"))) {
                    Files.createSymbolicLink(to.resolve(name), entry.toRealPath());
                }
            }
        }
    }

    private ProcessBuilder in(Path where, String... command) {
        ProcessBuilder builder = new ProcessBuilder(command).directory(where.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().remove("MAVEN_PROJECTBASEDIR");
        return builder.redirectInput(new File("/dev/null"));
    }

    private void maven(Path where, Path repository, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("mvn", "-B", "-q", "-ntp", "-Dmaven.repo.local=" + repository));
        command.addAll(List.of(arguments));
        File log = directory.resolve("maven.log").toFile();
        Process maven = in(where, command.toArray(String[]::new))
                .redirectErrorStream(true)
                .redirectOutput(log)
                .start();
        assertThat(maven.waitFor(10, TimeUnit.MINUTES)).isTrue();
        assertThat(maven.exitValue()).as(Files.readString(log.toPath())).isZero();
    }

    /** Gives the command of the image, with each copied file where it comes from; there may be no Docker here. */
    private static String[] asInTheImage(Path project, Path in) throws IOException {
        Map<String, String> copied = new HashMap<>(Map.of("/in", in.toString()));
        List<String> command = new ArrayList<>();
        for (String line : Files.readAllLines(project.resolve("Dockerfile"))) {
            String[] words = line.split(" ");
            if (words[0].equals("COPY")) {
                assertThat(project.resolve(words[words.length - 2])).isRegularFile();
                copied.put(words[words.length - 1], words[words.length - 2]);
            } else if (words[0].equals("ENTRYPOINT") || words[0].equals("CMD")) {
                Pattern.compile("\"([^\"]*)\"").matcher(line).results().forEach(word -> command.add(word.group(1)));
            }
        }
        assertThat(command.remove(0)).isEqualTo("java");
        command.replaceAll(word -> copied.getOrDefault(word, word));
        command.add(0, Path.of(System.getProperty("java.home"), "bin", "java").toString());
        assertThat(command).contains("target/words.jar", in.toString());
        return command.toArray(String[]::new);
    }

    @Test
    void shouldBuildTestAndRunAsAJarThatReadsFilesThatAreThere() throws Exception {
        Path repository = repository();
        Path project = directory.resolve("words");
        Path in = Files.createDirectory(directory.resolve("in"));
        Files.writeString(in.resolve("there-before"), "to be or not\n\nto be\n");
        assertThat(CommandRun.of("new", project.toString()).code()).isZero();

        maven(
                ROOT,
                repository,
                "install",
                "-pl",
                "core,testkit",
                "-am",
                "-Dmaven.test.skip",
                "-Dchecks.skip",
                "-Dbuild.folder=target/new-project-test");
        maven(project, repository, "verify");

        Path log = directory.resolve("log");
        Process program = in(project, asInTheImage(project, in))
                .redirectError(log.toFile())
                .start();
        try (BufferedReader out = program.inputReader()) {
            String line = out.readLine();
            while (line != null && !line.equals("(to,2)")) {
                line = out.readLine();
            }
            assertThat(line).as(Files.readString(log)).isEqualTo("(to,2)");
        } finally {
            program.toHandle().destroy(); // SIGTERM
        }
        assertThat(program.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(Files.readString(log).lines())
                .first()
                .asString()
                .matches("\\S+Z INFO  dev.millrace.streaming - \"word count\" started on local\\[\\*\\], .*");
        assertThat(project.resolve("target/surefire-reports/pipeline.WordTotalsTest.txt"))
                .exists();
    }
}
