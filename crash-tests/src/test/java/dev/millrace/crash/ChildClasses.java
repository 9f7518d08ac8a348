/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The classes of all children of this process of tests: its class path, whose directories are packed since an archive can be made of
 * jars alone, and such an archive, which saves a fifth of what a child costs. A child whose JVM cannot use it runs without it.
 */
final class ChildClasses {
    private static final int BATCHES = 4; // until most classes were needed

    private final Path directory;
    private final String classPath;

    private ChildClasses(Path directory) throws IOException {
        this.directory = directory;
        List<String> entries = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(System.getProperty("path.separator"))) {
            Path place = Path.of(entry);
            entries.add(Files.isDirectory(place) ? packed(place, entries.size()).toString() : entry);
        }
        classPath = entries.stream().collect(Collectors.joining(System.getProperty("path.separator")));
    }

    /** Made once a process, when the first child needs it. */
    private static final class Once {
        static final List<String> OPTIONS = options();

        private static List<String> options() {
            try {
                Path directory = Files.createTempDirectory("millrace-children");
                Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(directory)));
                return new ChildClasses(directory).archived();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }

    /** Options that give a child its classes. */
    static List<String> options() {
        return Once.OPTIONS;
    }

    private Path packed(Path classes, int number) throws IOException {
        Path jar = directory.resolve("classes-" + number + ".jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
                Stream<Path> files = Files.walk(classes)) {
            out.setLevel(0);
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                out.putNextEntry(
                        new JarEntry(classes.relativize(file).toString().replace('\\', '/')));
                Files.copy(file, out);
            }
        }
        return jar;
    }

    /** Runs a program to its end, which leaves an archive of what it loaded. */
    private List<String> archived() throws IOException, InterruptedException {
        Path archive = directory.resolve("classes.jsa");
        Path input = Scene.words(directory.resolve("input"), BATCHES);
        Path work = Files.createDirectories(directory.resolve("work"));
        List<String> classes = List.of("-cp", classPath);
        List<String> options = new ArrayList<>(classes);
        options.add("-XX:ArchiveClassesAtExit=" + archive);
        List<String> arguments = List.of(input.toString(), work.toString(), Integer.toString(BATCHES));
        Process process = new ProcessBuilder(ChildCommand.of(options, SliceProgram.class, arguments))
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
        boolean ended = process.waitFor(60, TimeUnit.SECONDS);
        process.destroyForcibly();
        return ended && Files.exists(archive) ? List.of("-cp", classPath, "-XX:SharedArchiveFile=" + archive) : classes;
    }

    private static void delete(Path directory) {
        try {
            Files.walkFileTree(directory, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException problem)
                        throws IOException {
                    Files.delete(visited);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            System.err.println(directory + " is left over: " + e);
        }
    }
}
