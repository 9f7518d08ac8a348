/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.streaming.StreamingContext;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/** The program in {@code src/test/resources/programs}, compiled against some jars and run in a JVM of its own. */
final class Program {
    private static final Path SOURCES = Path.of("src/test/resources/programs/shop");
    private static final Path JARS = Path.of(System.getProperty("jars"));

    private final Path directory;
    private final List<Path> jars;
    private final Path classes;

    /**
     * @param directory an empty one
     * @param set which jars it has beside those of Millrace
     * @param artifacts the names of those that it wants
     * @param sources the files of its classes
     */
    Program(Path directory, String set, Predicate<String> artifacts, String... sources) throws IOException {
        this.directory = directory;
        jars = jars(set, artifacts);
        classes = Files.createDirectories(directory.resolve("classes"));
        List<String> arguments = new ArrayList<>(List.of(
                "-nowarn",
                "-proc:none",
                "-implicit:none",
                "--release",
                "17",
                "-d",
                classes.toString(),
                "-cp",
                classPath()));
        for (String source : sources) {
            arguments.add(SOURCES.resolve(source).toString());
        }
        int failed = ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(String[]::new));
        assertThat(failed).isZero();
    }

    private static List<Path> jars(String set, Predicate<String> artifacts) throws IOException {
        try (Stream<Path> all = Files.list(JARS.resolve(set))) {
            return all.filter(jar -> artifacts.test(artifact(jar))).sorted().toList();
        }
    }

    static String artifact(Path jar) {
        return jar.getFileName().toString().replaceFirst("-\\d.*", "");
    }

    List<Path> jars() {
        return jars;
    }

    Path classes() {
        return classes;
    }

    /** Of Millrace: the jar, or its classes before there is a jar. */
    static Path millrace() {
        try {
            return Path.of(StreamingContext.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    String classPath() {
        return Stream.concat(Stream.of(classes, millrace()), jars.stream())
                .map(path -> path.toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }

    private ProcessBuilder process(String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
    }

    /** What {@code java} with these arguments prints, in the program's directory. */
    String run(String... arguments) throws IOException, InterruptedException {
        Path log = directory.resolve("log");
        Process child = process(arguments).redirectOutput(log.toFile()).start();
        boolean ended = child.waitFor(110, TimeUnit.SECONDS);
        child.destroyForcibly();
        String printed = Files.readString(log);
        assertThat(ended).as(printed).isTrue();
        assertThat(child.exitValue()).as(printed).isZero();
        return printed;
    }

    /** What {@code java} with these arguments prints that is told to end as soon as its program runs. */
    String terminate(String... arguments) throws IOException, InterruptedException {
        Process child = process(arguments).start();
        StringBuilder printed = new StringBuilder();
        try (BufferedReader lines = child.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                printed.append(line).append('\n');
                if (line.contains("\" ran ")) {
                    child.toHandle().destroy(); // the process would close what it still prints to
                }
            }
        } finally {
            child.destroyForcibly();
        }
        return printed.toString();
    }

    /** The line of the operator that fails, as messages show it. */
    static String line() throws IOException {
        List<String> lines = Files.readAllLines(SOURCES.resolve("Shop.java"));
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).contains("the line of the operator")) {
                return "Shop.java:" + (i + 1);
            }
        }
        throw new IllegalStateException();
    }
}
