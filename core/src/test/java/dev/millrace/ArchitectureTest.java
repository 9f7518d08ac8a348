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
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Who may use whom. ARCHITECTURE.md shows the same picture. */
class ArchitectureTest {
    private static final String INTERNAL = "dev.millrace.internal.";
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.millrace");

    /** Internal package to the internal packages that it may use; {@code access} is the door of the handles. */
    private static final Map<String, Set<String>> ALLOWED = Map.ofEntries(
            Map.entry("errors", Set.of()),
            Map.entry("logging", Set.of()),
            Map.entry("lineage", Set.of("changes", "codec", "errors", "memory")),
            Map.entry("codec", Set.of()),
            Map.entry("conf", Set.of()),
            Map.entry("crash", Set.of()),
            Map.entry("operators", Set.of("errors", "lineage", "conf", "codec")),
            Map.entry("changes", Set.of("codec")),
            Map.entry("state", Set.of("changes", "lineage", "operators", "codec", "memory")),
            Map.entry("window", Set.of("changes", "lineage", "operators", "codec", "memory")),
            Map.entry("ingest", Set.of("operators", "conf", "lineage")),
            Map.entry("ingest.files", Set.of("errors", "logging", "operators", "conf", "ingest", "lineage")),
            Map.entry("quarantine", Set.of("errors", "operators", "conf", "files", "access", "lineage", "log")),
            Map.entry(
                    "ingest.receive",
                    Set.of(
                            "errors", "logging", "log", "ingest", "lineage", "wal", "memory", "codec", "conf", "files",
                            "access")),
            Map.entry("ingest.socket", Set.of("ingest", "ingest.receive", "access", "conf")),
            Map.entry("trace", Set.of()),
            Map.entry("retire", Set.of("engine", "graph", "lineage", "trace")),
            Map.entry("files", Set.of()),
            Map.entry("log", Set.of()),
            Map.entry("owner", Set.of("files", "log")),
            Map.entry("wal", Set.of("errors", "codec", "crash", "log", "owner")),
            Map.entry("memory", Set.of("errors", "codec", "files", "changes")),
            Map.entry("output", Set.of("crash", "files", "log")),
            Map.entry(
                    "graph",
                    Set.of(
                            "engine",
                            "lineage",
                            "operators",
                            "changes",
                            "state",
                            "window",
                            "codec",
                            "access",
                            "trace",
                            "ingest.receive")),
            Map.entry("engine", Set.of("changes", "lineage")),
            Map.entry("plan", Set.of("lineage")),
            Map.entry(
                    "execute",
                    Set.of(
                            "engine",
                            "errors",
                            "plan",
                            "lineage",
                            "operators",
                            "changes",
                            "codec",
                            "conf",
                            "trace",
                            "memory")),
            Map.entry(
                    "commit",
                    Set.of(
                            "engine",
                            "files",
                            "changes",
                            "trace",
                            "graph",
                            "lineage",
                            "operators",
                            "output",
                            "checkpoint",
                            "crash",
                            "log",
                            "access",
                            "quarantine")),
            Map.entry(
                    "checkpoint",
                    Set.of("logging", "codec", "conf", "changes", "state", "window", "crash", "files", "log", "owner")),
            Map.entry(
                    "start",
                    Set.of(
                            "graph",
                            "checkpoint",
                            "commit",
                            "engine",
                            "codec",
                            "conf",
                            "log",
                            "logging",
                            "memory",
                            "quarantine",
                            "state",
                            "window",
                            "ingest.files",
                            "ingest.receive",
                            "wal",
                            "access")),
            Map.entry(
                    "batch",
                    Set.of(
                            "engine",
                            "errors",
                            "logging",
                            "start",
                            "graph",
                            "ingest.receive",
                            "owner",
                            "log",
                            "wal",
                            "files",
                            "commit",
                            "quarantine",
                            "checkpoint",
                            "retire",
                            "output",
                            "state",
                            "window",
                            "memory",
                            "lineage",
                            "codec",
                            "conf",
                            "crash",
                            "trace",
                            "access")),
            Map.entry("access", Set.of("engine", "lineage", "graph", "batch", "conf", "memory", "ingest.receive")));

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
