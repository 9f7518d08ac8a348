/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds the arrows between packages, of which ARCHITECTURE.md has the picture. */
class ArchitectureTest {
    private static final String INTERNAL = "dev.millrace.internal.";
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.millrace");

    /** The internal packages from top to bottom: each uses those of lower levels, and those of its own without a circle. */
    private static final List<Set<String>> LEVELS = List.of(
            Set.of("program"),
            Set.of("tools", "backup"),
            Set.of("start"),
            Set.of("runtime", "runtime.loop"),
            Set.of("graph", "checkpoint", "io", "io.files", "io.output", "io.socket", "quarantine", "receive"),
            Set.of("state", "window", "joins", "engine"),
            Set.of(
                    "changes",
                    "codec",
                    "conf",
                    "crash",
                    "errors",
                    "files",
                    "lineage",
                    "log",
                    "logging",
                    "memory",
                    "operators",
                    "owner",
                    "runs",
                    "threads"));

    /** Internal package to the internal packages that it may use. */
    private static final Map<String, Set<String>> ALLOWED = Map.ofEntries(
            Map.entry(
                    "program",
                    Set.of(
                            "threads",
                            "conf",
                            "engine",
                            "errors",
                            "graph",
                            "lineage",
                            "runtime",
                            "runtime.loop",
                            "start",
                            "tools")),
            Map.entry(
                    "tools",
                    Set.of("conf", "engine", "files", "graph", "lineage", "log", "owner", "runtime.loop", "start")),
            Map.entry(
                    "backup",
                    Set.of("checkpoint", "files", "io.output", "log", "owner", "quarantine", "receive", "start")),
            Map.entry(
                    "start",
                    Set.of(
                            "threads",
                            "checkpoint",
                            "codec",
                            "conf",
                            "engine",
                            "errors",
                            "files",
                            "graph",
                            "io",
                            "io.files",
                            "io.output",
                            "lineage",
                            "log",
                            "logging",
                            "memory",
                            "owner",
                            "quarantine",
                            "receive",
                            "runtime",
                            "runs",
                            "state",
                            "window")),
            Map.entry(
                    "runtime",
                    Set.of(
                            "threads",
                            "changes",
                            "checkpoint",
                            "codec",
                            "conf",
                            "crash",
                            "engine",
                            "errors",
                            "files",
                            "graph",
                            "io.output",
                            "lineage",
                            "log",
                            "logging",
                            "operators",
                            "owner",
                            "quarantine",
                            "receive")),
            Map.entry(
                    "runtime.loop",
                    Set.of(
                            "threads",
                            "checkpoint",
                            "log",
                            "engine",
                            "errors",
                            "graph",
                            "logging",
                            "operators",
                            "runtime")),
            Map.entry(
                    "graph",
                    Set.of(
                            "changes",
                            "codec",
                            "engine",
                            "joins",
                            "lineage",
                            "logging",
                            "operators",
                            "receive",
                            "state",
                            "window")),
            Map.entry(
                    "checkpoint",
                    Set.of(
                            "threads", "changes", "codec", "conf", "crash", "files", "log", "logging", "owner", "runs",
                            "state", "window")),
            Map.entry("io", Set.of("conf", "lineage", "operators")),
            Map.entry("io.files", Set.of("conf", "errors", "io", "logging")),
            Map.entry("io.output", Set.of("codec", "crash", "files", "log", "memory")),
            Map.entry("io.socket", Set.of("conf", "io", "receive")),
            Map.entry(
                    "quarantine", Set.of("conf", "engine", "errors", "files", "lineage", "log", "memory", "operators")),
            Map.entry(
                    "receive",
                    Set.of(
                            "threads", "codec", "conf", "crash", "errors", "files", "io", "lineage", "log", "logging",
                            "memory", "owner")),
            Map.entry("threads", Set.of()),
            Map.entry("state", Set.of("changes", "codec", "lineage", "memory", "operators", "runs")),
            Map.entry("window", Set.of("changes", "codec", "joins", "lineage", "memory", "operators")),
            Map.entry("joins", Set.of("lineage", "memory", "operators")),
            Map.entry(
                    "engine",
                    Set.of("changes", "codec", "conf", "errors", "lineage", "logging", "memory", "operators")),
            Map.entry("changes", Set.of("codec")),
            Map.entry("codec", Set.of()),
            Map.entry("conf", Set.of()),
            Map.entry("crash", Set.of()),
            Map.entry("errors", Set.of()),
            Map.entry("files", Set.of("errors")),
            Map.entry("lineage", Set.of("changes", "codec", "errors", "memory")),
            Map.entry("log", Set.of()),
            Map.entry("logging", Set.of("threads")),
            Map.entry("memory", Set.of("changes", "codec", "errors", "files", "threads")),
            Map.entry("operators", Set.of("codec", "conf", "errors", "lineage", "memory")),
            Map.entry("owner", Set.of("files", "log")),
            Map.entry("runs", Set.of("changes", "codec", "files", "log")));

    @Test
    void shouldUseOnlyTheInternalPackagesThatThePictureShows() {
        Set<String> arrows = new TreeSet<>();
        for (JavaClass type : CLASSES) {
            String from = internalPackage(type);
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                String to = internalPackage(dependency.getTargetClass());
                if (!from.isEmpty()
                        && !to.isEmpty()
                        && !from.equals(to)
                        && !ALLOWED.getOrDefault(from, Set.of()).contains(to)) {
                    arrows.add(from + " -> " + to + " (" + type.getSimpleName() + " uses "
                            + dependency.getTargetClass().getSimpleName() + ")");
                }
            }
        }
        assertThat(arrows).isEmpty();
    }

    @Test
    void shouldHaveArrowsThatGoDownOnly() {
        Set<String> wrong = new TreeSet<>();
        ALLOWED.forEach((from, used) -> used.stream()
                .filter(to -> level(to) < level(from) || (level(to) == level(from) && reaches(to, from)))
                .forEach(to -> wrong.add(from + " -> " + to)));
        assertThat(wrong).isEmpty();
        assertThat(ALLOWED.keySet())
                .containsExactlyInAnyOrderElementsOf(
                        LEVELS.stream().flatMap(Set::stream).toList());
    }

    private static int level(String name) {
        for (int level = 0; level < LEVELS.size(); level++) {
            if (LEVELS.get(level).contains(name)) {
                return level;
            }
        }
        throw new AssertionError("package " + name + " has no level");
    }

    private static boolean reaches(String from, String to) {
        Set<String> seen = new TreeSet<>(Set.of(from));
        Deque<String> open = new ArrayDeque<>(seen);
        while (!open.isEmpty()) {
            for (String next : ALLOWED.getOrDefault(open.pop(), Set.of())) {
                if (seen.add(next)) {
                    open.push(next);
                }
            }
        }
        return seen.contains(to);
    }

    private static String internalPackage(JavaClass type) {
        String name = type.getPackageName();
        return name.startsWith(INTERNAL) ? name.substring(INTERNAL.length()) : "";
    }

    @Test
    void shouldNeverUseJavaSerializationStreams() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .haveNameMatching("java\\.io\\.Object(In|Out)putStream")
                .check(CLASSES);
    }

    @Test
    void shouldExplainEveryPackage() throws IOException {
        for (Path directory : mainFiles().map(Path::getParent).distinct().toList()) {
            if (!directory.endsWith("java")) {
                assertThat(directory.resolve("package-info.java")).exists();
            }
        }
    }

    @Test
    void shouldKeepFilesSmall() throws IOException {
        Set<String> facades = Set.of(
                "RDD.java",
                "PairRDD.java",
                "DStream.java",
                "DStreamLike.java",
                "PairDStream.java",
                "StreamingContext.java",
                "MillraceContext.java");
        for (Path file : mainFiles().toList()) {
            int most = facades.contains(file.getFileName().toString()) ? 500 : 400;
            assertThat(Files.readAllLines(file)).as("%s", file).hasSizeLessThanOrEqualTo(most);
        }
    }

    private static Stream<Path> mainFiles() throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(Path.of("src/main/java"))) {
            files = all.filter(file -> file.toString().endsWith(".java")).toList();
        }
        return files.stream();
    }
}
