/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes a small Maven project: two pipelines, their tests, and what is needed to deploy one. */
@Command(
        name = "new",
        mixinStandardHelpOptions = true,
        header = "Writes a small Maven project.",
        description = {
            "Writes a Maven project into a new or empty directory: a word count, the same with a checkpoint, their tests,"
                    + " a jar that runs by itself, logging by Logback, and a Dockerfile. Run 'mvn verify' in it.",
            "It is checked whether Maven will find this version of Millrace in your local repository; if not, the command"
                    + " that puts it there is shown."
        },
        footerHeading = "%nExample:%n",
        footer = {"  millrace new my-pipeline && cd my-pipeline && mvn verify"})
final class New implements Callable<Integer> {
    /** Set by the millrace script: the directory of Millrace's sources. */
    private static final String ROOT = "millrace.cli.root";

    private static final Map<String, String> FILES = files();

    @Parameters(paramLabel = "DIR", description = "The project's directory; its last name is the artifactId.")
    @SuppressWarnings("NullAway.Init") // required
    private Path directory;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    private static Map<String, String> files() {
        Map<String, String> files = new LinkedHashMap<>();
        files.put("pom.xml", "pom.xml");
        files.put("gitignore", ".gitignore");
        files.put("README.md", "README.md");
        files.put("Dockerfile", "Dockerfile");
        files.put("logback.xml", "src/main/resources/logback.xml");
        files.put("WordCount.java.txt", "src/main/java/pipeline/WordCount.java");
        files.put("WordTotals.java.txt", "src/main/java/pipeline/WordTotals.java");
        files.put("WordTotalsTest.java.txt", "src/test/java/pipeline/WordTotalsTest.java");
        files.put("WordCountTest.java.txt", "src/test/java/pipeline/WordCountTest.java");
        return files;
    }

    @Override
    public Integer call() {
        try {
            refuseIfTaken();
            String artifact = artifactId();
            for (Map.Entry<String, String> file : FILES.entrySet()) {
                Path target = directory.resolve(file.getValue());
                Files.createDirectories(target.getParent());
                Files.writeString(target, template(file.getKey()).replace("ARTIFACT_ID", artifact));
            }
        } catch (IOException e) {
            throw new CommandFailure("the project cannot be written to " + directory + " ("
                    + e.getClass().getSimpleName() + "); name a directory that you may write to");
        }
        PrintWriter out = spec.commandLine().getOut();
        out.println("Wrote " + directory + "; next:");
        if (!isInstalled()) {
            out.println("  (cd " + shell(System.getProperty(ROOT, "the sources of Millrace"))
                    + " && mvn -q install -DskipTests)   # once: Maven does not find Millrace yet");
        }
        out.println("  cd " + shell(directory.toString()) + " && mvn verify");
        return 0;
    }

    /** Returns whether the local repository has what the project depends on, in the version that its pom.xml names. */
    private static boolean isInstalled() {
        Matcher version = Pattern.compile("<artifactId>millrace-core</artifactId>\\s*<version>([^<]+)<")
                .matcher(template("pom.xml"));
        Path repository = Path.of(System.getProperty(
                "maven.repo.local",
                Path.of(System.getProperty("user.home"), ".m2", "repository").toString()));
        return version.find()
                && Stream.of("core", "testkit")
                        .map(module -> "millrace-" + module)
                        .allMatch(artifact -> Files.exists(repository
                                .resolve("dev/millrace")
                                .resolve(artifact)
                                .resolve(version.group(1))
                                .resolve(artifact + "-" + version.group(1) + ".jar")));
    }

    /** A path as a shell takes it. */
    private static String shell(String path) {
        return path.matches("[\\w./~+-]+") ? path : "'" + path.replace("'", "'\\''") + "'";
    }

    private void refuseIfTaken() throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        if (!Files.isDirectory(directory)) {
            throw new ParameterException(spec.commandLine(), directory + " is a file; name a new or empty directory");
        }
        try (Stream<Path> present = Files.list(directory)) {
            if (present.findAny().isPresent()) {
                throw new ParameterException(
                        spec.commandLine(), directory + " is not empty; name a new or empty directory");
            }
        }
    }

    private String artifactId() {
        String name = directory.toAbsolutePath().normalize().getFileName().toString();
        String plain =
                name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9.-]+", "-").replaceAll("^[.-]+|[.-]+$", "");
        return plain.isEmpty() ? "pipeline" : plain;
    }

    private static String template(String name) {
        try (InputStream in = New.class.getResourceAsStream("project/" + name)) {
            if (in == null) {
                throw new IllegalStateException("the template " + name + " is missing in the command's jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
