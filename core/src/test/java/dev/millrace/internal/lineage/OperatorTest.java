/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.lineage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.CompiledTypes;
import dev.millrace.Here;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.security.ProtectionDomain;
import java.util.List;
import java.util.Map;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The program's line is found however the program and this library are packed. */
class OperatorTest {
    private static final String PROGRAM = "\nclass Program {\n"
            + "    static String made() {\n"
            + "        try (StreamingContext ssc = StreamingContext.local(Durations.seconds(1))) {\n"
            + "            return ssc.toString();\n"
            + "        }\n"
            + "    }\n"
            + "}\n";

    @Test
    void shouldNameTheLineOfATestInAPackageOfTheLibrary() {
        assertThat(Operator.here("map").callSite()).isEqualTo(Here.line());
    }

    @ParameterizedTest
    @ValueSource(strings = {"shop", "dev.millrace.shop", "dev.millraces"})
    void shouldNameTheProgramsLineWhenAllClassesStandInOneJar(String program, @TempDir Path directory)
            throws Exception {
        try (URLClassLoader one = new URLClassLoader(jar(program, directory), ClassLoader.getPlatformClassLoader())) {
            assertThat(made(one, program)).isEqualTo("the StreamingContext made at " + program + ".java:4");
        }
    }

    @Test
    void shouldNameTheProgramsLineWhenEachClassHasAProtectionDomainOfItsOwn(@TempDir Path directory) throws Exception {
        try (URLClassLoader one = new OfOwnDomains(jar("shop", directory))) {
            assertThat(made(one, "shop")).isEqualTo("the StreamingContext made at shop.java:4");
        }
    }

    private static String made(ClassLoader loader, String program) throws ReflectiveOperationException {
        Method made = loader.loadClass(program + ".Program").getDeclaredMethod("made");
        made.setAccessible(true);
        return (String) made.invoke(null);
    }

    /** The library and a program, in one jar as shading makes it. */
    private static URL[] jar(String program, Path directory) throws Exception {
        Path library = Path.of(Operator.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        Path jar = directory.resolve("shaded.jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            put(library, out);
            put(CompiledTypes.of(directory, Map.of(program, PROGRAM)).directory(), out);
        }
        return new URL[] {jar.toUri().toURL()};
    }

    private static void put(Path classes, JarOutputStream out) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(classes)) {
            files = all.filter(Files::isRegularFile).toList();
        }
        for (Path file : files) {
            out.putNextEntry(new ZipEntry(classes.relativize(file).toString().replace('\\', '/')));
            Files.copy(file, out);
        }
    }

    /** As some loaders of application servers and of jars in jars do it. */
    private static final class OfOwnDomains extends URLClassLoader {
        OfOwnDomains(URL[] jars) {
            super(jars, ClassLoader.getPlatformClassLoader());
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            URL url = findResource(name.replace('.', '/') + ".class");
            if (url == null) {
                throw new ClassNotFoundException(name);
            }
            try (InputStream in = url.openStream()) {
                byte[] bytes = in.readAllBytes();
                CodeSource source = new CodeSource(getURLs()[0], (java.security.cert.Certificate[]) null);
                return defineClass(name, bytes, 0, bytes.length, new ProtectionDomain(source, null, this, null));
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }

    @Test
    void shouldKnowAllPackagesOfTheLibrary() throws Exception {
        Path library = Path.of(Operator.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        try (Stream<Path> files = Files.walk(library)) {
            List<String> classes = files.map(file -> library.relativize(file).toString())
                    .filter(name -> name.matches("dev.*\\.class") && !name.endsWith("package-info.class"))
                    .map(name -> name.replaceFirst("\\.class$", "").replace('/', '.'))
                    .toList();
            assertThat(classes).hasSizeGreaterThan(300).allMatch(OperatorTest::isOurs);
        }
    }

    private static boolean isOurs(String name) {
        try {
            return Operator.isOurs(Class.forName(name, false, OperatorTest.class.getClassLoader()));
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }
}
