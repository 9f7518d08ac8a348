/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.millrace.internal.conf.Option;
import dev.millrace.internal.conf.Options;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Messages name what there is: every method and every option in a text of the main code exists. */
class MessagesTest {
    private static final Pattern COMMENT = Pattern.compile("/\\*.*?\\*/", Pattern.DOTALL);
    private static final Pattern JOINT = Pattern.compile("\"\\s*\\+\\s*\"");
    private static final Pattern TEXT = Pattern.compile("\"((?:[^\"\\\\\\n]|\\\\.)*)\"");
    private static final Pattern CALL = Pattern.compile("(?<![\\w$])([a-z]\\w*)\\(");
    private static final Pattern COMPOUND = Pattern.compile("(?<![\\w.$/])([a-z]+[A-Z]\\w*)");
    private static final Pattern KEY = Pattern.compile("(?<![\\w/.])(millrace(?:\\.[A-Za-z]+)+)");

    /** Of the JDK, and words that are no methods. */
    private static final Set<String> KNOWN = Set.of(
            "equals", "hashCode", "toString", "name", "floorMod", "main", "empty", "isEmpty", "newFilesOnly", "local");

    private static final Set<String> OPTIONS = new TreeSet<>();
    private static final Set<String> METHODS = new TreeSet<>(KNOWN);

    static {
        for (Option<?> option : Options.all()) {
            OPTIONS.add(option.key());
            METHODS.addAll(Arrays.asList(option.key().split("\\.")));
        }
        for (JavaClass type : new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("dev.millrace")) {
            if (!type.getPackageName().startsWith("dev.millrace.internal")) {
                type.getMethods().stream()
                        .filter(method -> method.getModifiers().contains(JavaModifier.PUBLIC)
                                || method.getModifiers().contains(JavaModifier.PROTECTED))
                        .forEach(method -> METHODS.add(method.getName()));
            }
        }
    }

    private static List<Path> sources() throws IOException {
        List<Path> sources = new ArrayList<>();
        for (String module : List.of("", "../engine-spark/")) {
            try (Stream<Path> files = Files.walk(Path.of(module + "src/main/java"))) {
                files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
            }
        }
        return sources;
    }

    private static List<String> texts(Path source) throws IOException {
        String code = COMMENT.matcher(Files.readString(source)).replaceAll("").replace("'\"'", "");
        return TEXT.matcher(JOINT.matcher(code).replaceAll(""))
                .results()
                .map(text -> text.group(1).replace("\\n", " "))
                .filter(text -> text.contains(" "))
                .toList();
    }

    private static void collect(Pattern pattern, String text, Set<String> known, Map<String, String> unknown) {
        Matcher word = pattern.matcher(text);
        while (word.find()) {
            if (!known.contains(word.group(1))) {
                unknown.put(word.group(1), text);
            }
        }
    }

    @Test
    void shouldNameOnlyMethodsThatExist() throws IOException {
        Map<String, String> unknown = new TreeMap<>();
        for (Path source : sources()) {
            for (String text : texts(source)) {
                collect(CALL, text, METHODS, unknown);
                collect(COMPOUND, text, METHODS, unknown);
            }
        }
        assertThat(unknown).isEmpty();
    }

    @Test
    void shouldNameOnlyOptionsThatExist() throws IOException {
        Map<String, String> unknown = new TreeMap<>();
        for (Path source : sources()) {
            for (String text : texts(source)) {
                collect(KEY, text, OPTIONS, unknown);
            }
        }
        assertThat(unknown).isEmpty();
    }
}
