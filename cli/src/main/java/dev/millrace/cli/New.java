/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes a small Maven project: one pipeline, one test. */
@Command(
        name = "new",
        mixinStandardHelpOptions = true,
        header = "Writes a small Maven project.",
        description = {
            "Writes a Maven project with one pipeline and its test into a new or empty directory; open it in an IDE, or"
                    + " run 'mvn verify' in it.",
            "Before a release of Millrace, 'mvn -q install -DskipTests' in its sources puts it where Maven finds it."
        },
        footerHeading = "%nExample:%n",
        footer = {"  millrace new my-pipeline && cd my-pipeline && mvn verify"})
final class New implements Callable<Integer> {
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
        files.put("WordCount.java.txt", "src/main/java/pipeline/WordCount.java");
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
            throw new CommandFailure("the project cannot be written to " + directory + ": " + e);
        }
        spec.commandLine().getOut().println("Wrote " + directory + "; next: cd " + directory + " && mvn verify");
        return 0;
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
