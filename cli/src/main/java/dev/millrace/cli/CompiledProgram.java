/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * A program compiled from one source file.
 *
 * @param jar a temporary jar, deleted when the process ends
 * @param mainClass the class with the main method
 */
record CompiledProgram(Path jar, String mainClass) {
    private static final Pattern PACKAGE = Pattern.compile("(?m)^\\s*package\\s+([\\w.]+)\\s*;");

    /**
     * @param classPath what the program needs beside this process's own class path
     * @throws CommandFailure with the compiler's findings, or if there is not one main method
     */
    static CompiledProgram of(Path source, ClassPath classPath) {
        if (!Files.isReadable(source)) {
            throw new CommandFailure(source + " cannot be read; correct its rights");
        }
        try {
            Path directory = Files.createTempDirectory("millrace-run-");
            Path classes = Files.createDirectory(directory.resolve("classes"));
            Path jar = directory.resolve("program.jar");
            directory.toFile().deleteOnExit(); // the last to be registered is the first to be deleted
            jar.toFile().deleteOnExit();
            try {
                String full = System.getProperty("java.class.path") + File.pathSeparator + classPath.text();
                compile(source, classes, full);
                String mainClass = mainClass(source, classes, full);
                pack(classes, jar);
                return new CompiledProgram(jar, mainClass);
            } finally {
                delete(classes);
            }
        } catch (IOException e) {
            throw new CommandFailure(
                    "the compiled program cannot be written to " + System.getProperty("java.io.tmpdir") + ": " + e
                            + "; make room there, or name another directory by MILLRACE_JAVA_OPTS=-Djava.io.tmpdir=DIR");
        }
    }

    private static void compile(Path source, Path classes, String classPath) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null) {
            throw new CommandFailure("this Java has no compiler; install a JDK (17 or newer), not a JRE");
        }
        DiagnosticCollector<JavaFileObject> findings = new DiagnosticCollector<>();
        try (StandardJavaFileManager files =
                compiler.getStandardFileManager(findings, Locale.ENGLISH, StandardCharsets.UTF_8)) {
            List<String> options = List.of(
                    "-d",
                    classes.toString(),
                    "-cp",
                    classPath,
                    "-sourcepath",
                    neighbours(source),
                    "-implicit:class",
                    "-parameters",
                    "-proc:none",
                    "-encoding",
                    "UTF-8");
            boolean compiled = compiler.getTask(null, files, findings, options, null, files.getJavaFileObjects(source))
                    .call();
            if (!compiled) {
                throw new CommandFailure(describe(source, findings.getDiagnostics()));
            }
        }
    }

    /** Returns the root of the program's package, where its other classes stand as sources; empty if there is none. */
    private static String neighbours(Path source) throws IOException {
        Matcher declaration = PACKAGE.matcher(Files.readString(source, StandardCharsets.ISO_8859_1)); // takes all bytes
        Path root = Objects.requireNonNull(source.toAbsolutePath().normalize().getParent()); // it is a file
        if (!declaration.find()) {
            return root.toString();
        }
        Path path = Path.of(declaration.group(1).replace('.', File.separatorChar));
        if (!root.endsWith(path)) {
            return "";
        }
        int above = root.getNameCount() - path.getNameCount();
        return root.getRoot()
                .resolve(above == 0 ? Path.of("") : root.subpath(0, above))
                .toString();
    }

    private static String describe(Path source, List<Diagnostic<? extends JavaFileObject>> findings)
            throws IOException {
        StringBuilder text = new StringBuilder(source + " does not compile:");
        boolean compact = false;
        boolean forSpark = false;
        for (Diagnostic<? extends JavaFileObject> finding : findings) {
            if (finding.getKind() == Diagnostic.Kind.ERROR) {
                describe(source, finding, text);
                compact |= finding.getCode().startsWith("compiler.err.expected4")
                        || finding.getCode().startsWith("compiler.err.preview");
                forSpark |= finding.getMessage(Locale.ENGLISH).startsWith("package org.apache.spark");
            }
        }
        int java = Runtime.version().feature();
        if (compact && java < 25) {
            text.append("\n\nMethods without a class around them need JDK 25, and this is JDK ")
                    .append(java)
                    .append("; write a class around them, or set JAVA_HOME to a JDK 25.");
        }
        if (forSpark) {
            text.append(
                            "\n\nThe file is written for Spark; docs/coming-from-spark.md begins with a command that ports it, and")
                    .append("\nsays of each name how it is written here.");
        }
        return text.toString();
    }

    private static void describe(Path source, Diagnostic<? extends JavaFileObject> finding, StringBuilder text)
            throws IOException {
        Path file = finding.getSource() == null
                ? source
                : Path.of(finding.getSource().toUri());
        List<String> lines = Files.readAllLines(file);
        int line = (int) finding.getLineNumber();
        text.append("\n\n").append(file.getFileName());
        text.append(line > 0 ? ":" + line : "").append(": ").append(finding.getMessage(Locale.ENGLISH));
        if (line > 0 && line <= lines.size()) {
            text.append('\n').append(lines.get(line - 1).replace('\t', ' '));
            text.append('\n')
                    .append(" ".repeat((int) Math.max(0, finding.getColumnNumber() - 1)))
                    .append('^');
        }
    }

    /** The class that is named like the file if it has a main method, or else the only one that has. */
    private static String mainClass(Path source, Path classes, String classPath) throws IOException {
        List<String> found = new ArrayList<>();
        List<URL> urls = new ArrayList<>(List.of(classes.toUri().toURL()));
        for (String entry : classPath.split(File.pathSeparator)) {
            urls.add(new File(entry).toURI().toURL());
        }
        try (URLClassLoader loader =
                new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
            for (Path file : files(classes)) {
                String path = classes.relativize(file).toString();
                String name =
                        path.substring(0, path.length() - ".class".length()).replace(File.separatorChar, '.');
                if (hasMain(loader, name)) {
                    found.add(name);
                }
            }
        }
        String expected = source.getFileName().toString().replace(".java", "");
        return found.stream()
                .filter(name -> name.equals(expected) || name.endsWith("." + expected))
                .findFirst()
                .or(() -> found.stream().findFirst().filter(only -> found.size() == 1))
                .orElseThrow(() -> new CommandFailure(source
                        + (found.isEmpty()
                                ? " has no main method; add public static void main(String[] args)"
                                : " has several main methods, in " + String.join(", ", found)
                                        + "; name one of these classes like the file")));
    }

    private static boolean hasMain(ClassLoader loader, String name) {
        try {
            return EntryPoint.of(Class.forName(name, false, loader)).isPresent();
        } catch (ReflectiveOperationException | LinkageError e) {
            return false;
        }
    }

    private static void pack(Path classes, Path jar) throws IOException {
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            for (Path file : files(classes)) {
                out.putNextEntry(
                        new JarEntry(classes.relativize(file).toString().replace(File.separatorChar, '/')));
                Files.copy(file, out);
                out.closeEntry();
            }
        }
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
