/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same lines, with the program's own lines in them, when everything is packed into one jar. */
@Tag("full")
class PackedProgramTest {
    @TempDir
    private Path directory;

    @Test
    void shouldLogInAShadedJarWithLogback() throws Exception {
        Program program = new Program(
                directory,
                "routing",
                Set.of("slf4j-api", "slf4j-jdk-platform-logging", "logback-classic", "logback-core")::contains,
                "Shop.java");
        List<Path> all = new ArrayList<>(program.jars());
        all.add(0, Program.millrace());
        all.add(0, program.classes());
        Path jar = shaded(all, "shop.Shop");
        assertThat(program.run("-jar", jar.toString()))
                .containsPattern("INFO  ?dev\\.millrace\\.streaming -- \"shop\" started on local\\[2\\]")
                .containsPattern("ERROR dev\\.millrace\\.streaming -- \"shop\" ends by itself: batch \\d+ ms failed: .*"
                        + " map at " + Program.line() + " threw java\\.lang\\.NumberFormatException")
                .contains("\tat shop.Shop.parse(Shop.java:")
                .doesNotContain("unknown line");
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4})
    void shouldLogInsideSpringBoot(int version) throws Exception {
        Program program =
                new Program(directory, "boot" + version, artifact -> true, "Shop.java", "ShopApplication.java");
        Path jar = nested(program, "shop.ShopApplication");
        assertThat(program.run("-jar", jar.toString()))
                .containsPattern("v" + version + "\\.\\d+\\.\\d+")
                .containsPattern(" INFO .* dev\\.millrace\\.streaming +: \"shop\" started on local\\[2\\]")
                .containsPattern(
                        "ERROR .* dev\\.millrace\\.streaming +: \"shop\" ends by itself: batch \\d+ ms failed: .*"
                                + " map at " + Program.line() + " threw java\\.lang\\.NumberFormatException")
                .contains("\tat shop.Shop.parse(Shop.java:")
                .doesNotContain("unknown line");
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4})
    void shouldTellOfTheStopInsideSpringBootWhenALifecycleBeanStopsIt(int version) throws Exception {
        Program program = new Program(directory, "boot" + version, artifact -> true, "OpenInSpring.java");
        Path jar = nested(program, "shop.OpenInSpring");
        assertThat(program.terminate("-jar", jar.toString())).containsPattern("\"shop\" stopped after .*; FINISHED");
    }

    /** All classes side by side; what services say of the same thing is put together, as shading does with its transformer. */
    private Path shaded(List<Path> parts, String main) throws IOException {
        Map<String, byte[]> entries = new TreeMap<>();
        for (Path part : parts) {
            forEachFile(part, (name, bytes) -> {
                if (name.startsWith("META-INF/services/")) {
                    entries.merge(name, bytes, PackedProgramTest::lines);
                } else if (!name.equals("META-INF/MANIFEST.MF") && !name.endsWith("module-info.class")) {
                    entries.putIfAbsent(name, bytes);
                }
            });
        }
        Manifest manifest = manifest(main);
        manifest.getMainAttributes().putValue("Multi-Release", "true");
        return write("shaded.jar", manifest, entries);
    }

    private static byte[] lines(byte[] first, byte[] second) {
        return (new String(first, StandardCharsets.UTF_8) + "\n" + new String(second, StandardCharsets.UTF_8))
                .getBytes(StandardCharsets.UTF_8);
    }

    /** Jars in a jar, with Spring Boot's own loader at its root. */
    private Path nested(Program program, String start) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        for (Path jar : program.jars()) {
            if (Program.artifact(jar).equals("spring-boot-loader")) {
                forEachFile(jar, (name, bytes) -> {
                    if (name.endsWith(".class") || name.startsWith("META-INF/services/")) {
                        entries.put(name, bytes);
                    }
                });
            } else {
                entries.putIfAbsent("BOOT-INF/lib/", new byte[0]);
                entries.put("BOOT-INF/lib/" + jar.getFileName(), Files.readAllBytes(jar));
            }
        }
        entries.put("BOOT-INF/lib/millrace-core.jar", Files.readAllBytes(asJar(Program.millrace())));
        entries.put("BOOT-INF/classes/", new byte[0]);
        forEachFile(program.classes(), (name, bytes) -> entries.put("BOOT-INF/classes/" + name, bytes));
        Manifest manifest = manifest("org.springframework.boot.loader.launch.JarLauncher");
        manifest.getMainAttributes().putValue("Start-Class", start);
        manifest.getMainAttributes().putValue("Spring-Boot-Classes", "BOOT-INF/classes/");
        manifest.getMainAttributes().putValue("Spring-Boot-Lib", "BOOT-INF/lib/");
        return write("boot.jar", manifest, entries);
    }

    private Path asJar(Path part) throws IOException {
        if (Files.isRegularFile(part)) {
            return part;
        }
        Map<String, byte[]> entries = new TreeMap<>();
        forEachFile(part, entries::put);
        return write("millrace-core.jar", new Manifest(), entries);
    }

    private static Manifest manifest(String main) {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, main);
        return manifest;
    }

    /** Jars in it are stored as they are, which loaders of nested jars ask for. */
    private Path write(String name, Manifest manifest, Map<String, byte[]> entries) throws IOException {
        Path file = directory.resolve(name);
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(file), manifest)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                ZipEntry zipped = new ZipEntry(entry.getKey());
                if (entry.getKey().endsWith(".jar")) {
                    CRC32 sum = new CRC32();
                    sum.update(entry.getValue());
                    zipped.setMethod(ZipEntry.STORED);
                    zipped.setSize(entry.getValue().length);
                    zipped.setCrc(sum.getValue());
                }
                jar.putNextEntry(zipped);
                jar.write(entry.getValue());
                jar.closeEntry();
            }
        }
        return file;
    }

    private interface Entry {
        void accept(String name, byte[] bytes) throws IOException;
    }

    private static void forEachFile(Path part, Entry each) throws IOException {
        if (Files.isDirectory(part)) {
            forEachBelow(part, each);
        } else {
            try (FileSystem zip = FileSystems.newFileSystem(part)) {
                forEachBelow(zip.getPath("/"), each);
            }
        }
    }

    private static void forEachBelow(Path root, Entry each) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(root)) {
            files = all.filter(Files::isRegularFile).toList();
        }
        for (Path file : files) {
            try (InputStream in = Files.newInputStream(file)) {
                each.accept(root.relativize(file).toString().replace('\\', '/'), in.readAllBytes());
            }
        }
    }
}
