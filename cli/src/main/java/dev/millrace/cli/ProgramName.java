/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import java.nio.file.Files;
import java.nio.file.Path;

/** The word of a command line that names a program: why it cannot be taken, and the change to make. */
final class ProgramName {
    private ProgramName() {}

    static boolean isSource(String name) {
        return name.endsWith(".java") && Files.isRegularFile(Path.of(name));
    }

    /** Of a word that is no {@linkplain #isSource source file}, where only those are run. */
    static String whyNoSource(String name) {
        if (name.endsWith(".jar") && Files.exists(Path.of(name))) {
            return name + " is a jar, and sources are run here; start it by 'java -jar " + name + "'";
        }
        return whyNoFile(name, "name the .java file that has the main method");
    }

    /** Of a word that names neither a source file nor a class with a main method. */
    static String whyNoClass(String name) {
        if (name.endsWith(".jar") && Files.exists(Path.of(name))) {
            return name + " is a jar; name the class in it that has the main method, and the jar by --class-path";
        }
        return name.endsWith(".java") || Files.exists(Path.of(name))
                ? whyNoFile(name, "name the .java file, or the class, that has the main method")
                : name + " is no class with a main method; name one, with --class-path where it is, or a source file";
    }

    private static String whyNoFile(String name, String change) {
        Path file = Path.of(name);
        if (!Files.exists(file)) {
            return name + " does not exist; correct the path";
        }
        return name + (Files.isDirectory(file) ? " is a directory; " : " is no Java source file; ") + change;
    }
}
