/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The main method of a program, which is one source file or a compiled class, to be run in this process. */
final class ProgramMain {
    private final Class<?> type;
    private final EntryPoint main;

    private ProgramMain(Class<?> type, EntryPoint main) {
        this.type = type;
        this.main = main;
    }

    /**
     * Compiles a source file, with the compiler's findings as failure.
     *
     * @param classPath what the program needs beside this process's own class path
     */
    static ProgramMain ofSource(Path source, ClassPath classPath) throws IOException {
        CompiledProgram program = CompiledProgram.of(source, classPath);
        return of(program.mainClass(), classPath, program.jar());
    }

    static ProgramMain ofClass(String mainClass, ClassPath classPath) throws IOException {
        return of(mainClass, classPath);
    }

    /** The loader stays open: threads of the program may go on after main. */
    @SuppressWarnings("resource")
    private static ProgramMain of(String mainClass, ClassPath classPath, Path... jars) throws IOException {
        ClassLoader loader = new URLClassLoader(urls(classPath, jars), ProgramMain.class.getClassLoader());
        Thread.currentThread().setContextClassLoader(loader);
        try {
            Class<?> type = loader.loadClass(mainClass);
            return new ProgramMain(type, EntryPoint.of(type).orElseThrow(() -> noMain(mainClass)));
        } catch (ClassNotFoundException e) {
            throw noMain(mainClass);
        }
    }

    private static CommandFailure noMain(String mainClass) {
        return new CommandFailure(ProgramName.whyNoClass(mainClass));
    }

    private static URL[] urls(ClassPath classPath, Path... jars) {
        List<URL> urls = new ArrayList<>();
        try {
            for (Path jar : jars) {
                urls.add(jar.toUri().toURL());
            }
            urls.addAll(classPath.urls());
        } catch (MalformedURLException e) {
            throw new CommandFailure("--class-path " + classPath.text() + " cannot be used: " + e.getMessage());
        }
        return urls.toArray(URL[]::new);
    }

    /**
     * Runs it.
     *
     * @param err where it is said why, if it throws
     * @return 0, or 1 if it throws
     */
    int run(List<String> arguments, PrintWriter err) throws ReflectiveOperationException {
        try {
            main.invoke(type, arguments);
            return 0;
        } catch (InvocationTargetException e) {
            ProgramFailure.print(e.getCause() == null ? e : e.getCause(), err);
            return 1;
        }
    }
}
