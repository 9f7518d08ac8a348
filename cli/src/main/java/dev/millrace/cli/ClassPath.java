/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.zip.ZipFile;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * The classes that a program needs beside Millrace.
 *
 * @param entries jars and directories of classes, all of which exist
 */
record ClassPath(List<Path> entries) {
    static final ClassPath NONE = new ClassPath(List.of());

    /** Reads a class path as Java writes it, where {@code lib/*} stands for the jars in {@code lib}. */
    static final class Converter implements ITypeConverter<ClassPath> {
        @Override
        public ClassPath convert(String text) {
            List<Path> entries = new ArrayList<>();
            for (String entry : text.split(File.pathSeparator)) {
                if (entry.equals("*") || entry.endsWith("/*") || entry.endsWith(File.separator + "*")) {
                    entries.addAll(jars(entry));
                } else if (!entry.isEmpty()) {
                    entries.add(existing(entry));
                }
            }
            return new ClassPath(entries);
        }
    }

    private static Path existing(String entry) {
        try {
            Path path = Path.of(entry);
            if (Files.isRegularFile(path)) {
                new ZipFile(path.toFile()).close();
            }
            if (Files.exists(path)) {
                return path;
            }
        } catch (InvalidPathException e) {
            // a path that cannot be is none that exists
        } catch (IOException e) {
            throw new TypeConversionException("'" + entry + "' is no jar that can be read (" + e.getMessage()
                    + "); name jars, and directories of classes");
        }
        throw new TypeConversionException("'" + entry + "' does not exist; correct the path");
    }

    private static List<Path> jars(String wildcard) {
        String directory = wildcard.equals("*") ? "." : wildcard.substring(0, wildcard.length() - 1);
        List<Path> jars = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(Path.of(directory), "*.{jar,JAR}")) {
            found.forEach(jars::add);
        } catch (IOException | InvalidPathException e) {
            throw new TypeConversionException(
                    "'" + wildcard + "': " + directory + " is no directory that can be read; correct the path");
        }
        if (jars.isEmpty()) {
            throw new TypeConversionException("'" + wildcard + "': there is no jar in " + directory
                    + "; correct the path, or name the directory itself for the classes in it");
        }
        Collections.sort(jars);
        return jars;
    }

    /** As an option of Java's tools. */
    String text() {
        return entries.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }

    List<URL> urls() throws MalformedURLException {
        List<URL> urls = new ArrayList<>();
        for (Path entry : entries) {
            urls.add(entry.toUri().toURL());
        }
        return urls;
    }
}
