/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/** Types of one version of a program, compiled from source into a class loader of their own. */
public final class CompiledTypes {
    private static final String IMPORTS =
            "import java.util.*; import java.math.*; import java.time.*; import dev.millrace.*;"
                    + " import dev.millrace.codec.*; import dev.millrace.streaming.*; import org.jspecify.annotations.*; ";

    private final Path classes;
    private final ClassLoader loader;

    private CompiledTypes(Path classes) throws MalformedURLException {
        this.classes = classes;
        loader = new URLClassLoader(new URL[] {classes.toUri().toURL()}, CompiledTypes.class.getClassLoader());
    }

    /**
     * Compiles and loads.
     *
     * @param directory an empty or new directory
     * @param sources by package, the types in it
     */
    public static CompiledTypes of(Path directory, Map<String, String> sources) {
        try {
            List<String> arguments = new ArrayList<>(List.of("-nowarn", "-proc:none", "-d"));
            Path classes = Files.createDirectories(directory.resolve("classes"));
            arguments.addAll(List.of(classes.toString(), "-cp", System.getProperty("java.class.path")));
            for (Map.Entry<String, String> source : sources.entrySet()) {
                Path file = directory.resolve(source.getKey() + ".java");
                Files.writeString(file, "package " + source.getKey() + "; " + IMPORTS + source.getValue());
                arguments.add(file.toString());
            }
            int failed = ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(String[]::new));
            if (failed != 0) {
                throw new IllegalArgumentException("the sources do not compile");
            }
            return new CompiledTypes(classes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The root of the class files. */
    public Path directory() {
        return classes;
    }

    public Class<?> type(String name) {
        try {
            return loader.loadClass(name);
        } catch (ClassNotFoundException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** All types of a package, sorted by name. */
    public Class<?>[] all(String packageName) {
        try (Stream<Path> files = Files.list(classes.resolve(packageName))) {
            return files.map(file -> file.getFileName().toString())
                    .sorted()
                    .map(name -> type(packageName + "." + name.replace(".class", "")))
                    .toArray(Class<?>[]::new);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a static method returns. */
    public Object call(String type, String method, Object... arguments) {
        try {
            var found = Arrays.stream(type(type).getDeclaredMethods())
                    .filter(one -> one.getName().equals(method))
                    .findFirst()
                    .orElseThrow();
            found.setAccessible(true);
            return found.invoke(null, arguments);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
