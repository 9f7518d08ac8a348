/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each way of docs/guide/logging.md, with the files that stand there. */
class LoggingGuideTest {
    private static final Path GUIDE = Path.of("../docs/guide/logging.md");

    @TempDir
    private Path directory;

    private String file(String name) throws IOException {
        Matcher block = Pattern.compile("`" + Pattern.quote(name) + "`[^`]*```\\w*\\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(GUIDE));
        assertThat(block.find()).as(name).isTrue();
        String text = block.group(1);
        Files.writeString(directory.resolve(name), text);
        return text;
    }

    private Program program(List<String> artifacts, String source) throws IOException {
        return new Program(directory, "routing", artifacts::contains, source);
    }

    private String[] java(Program program, String main, String... options) {
        List<String> arguments = new ArrayList<>(List.of(options));
        arguments.addAll(List.of("-cp", program.classPath() + File.pathSeparator + directory, main));
        return arguments.toArray(String[]::new);
    }

    private String run(List<String> artifacts, String... options) throws Exception {
        Program program = program(artifacts, "Shop.java");
        return program.run(java(program, "shop.Shop", options));
    }

    @Test
    void shouldWriteToStandardErrorWithoutAnything() throws Exception {
        assertThat(run(List.of()))
                .contains("INFO: \"shop\" started on local[2], a batch each 20 ms, no checkpoint\n")
                .contains("SEVERE: \"shop\" ends by itself: batch ")
                .contains("map at " + Program.line())
                .contains("java.lang.NumberFormatException: For input string: \"x\"")
                .doesNotContain("dev.millrace.batch", "setLogLevel");
    }

    @Test
    void shouldBeSetByJavaUtilLogging() throws Exception {
        file("logging.properties");
        String printed = run(List.of(), "-Djava.util.logging.config.file=logging.properties");
        assertThat(printed)
                .containsPattern("(?m)^\\S+ INFO dev\\.millrace\\.streaming: \"shop\" started on local\\[2\\]")
                .containsPattern("(?m)^\\S+ SEVERE dev\\.millrace\\.streaming: \"shop\" ends by itself: batch ")
                .containsPattern("(?m)^\\S+ FINE dev\\.millrace\\.batch: batch ");
    }

    @Test
    void shouldGoToLogbackBySlf4j() throws Exception {
        file("logback.xml");
        String printed = run(List.of("slf4j-api", "slf4j-jdk-platform-logging", "logback-classic", "logback-core"));
        assertThat(printed)
                .containsPattern("(?m)^\\S+ INFO  dev\\.millrace\\.streaming - \"shop\" started on local\\[2\\]")
                .containsPattern("(?m)^\\S+ ERROR dev\\.millrace\\.streaming - \"shop\" ends by itself: batch ")
                .containsPattern("(?m)^\\S+ DEBUG dev\\.millrace\\.batch - batch ")
                .containsPattern(
                        "(?m)^\\S+ WARN  dev\\.millrace\\.conf - setLogLevel at Shop\\.java:\\d+ changes nothing, because the lines"
                                + " of Millrace go to org\\.slf4j\\.\\S+; set the level of the logger dev\\.millrace in the configuration of that"
                                + " library$")
                .contains("map at " + Program.line());
    }

    @Test
    void shouldGoToAnyOtherBackEndOfSlf4j() throws Exception {
        assertThat(run(List.of("slf4j-api", "slf4j-jdk-platform-logging", "slf4j-simple")))
                .contains("INFO dev.millrace.streaming - \"shop\" started on local[2]")
                .contains("ERROR dev.millrace.streaming - \"shop\" ends by itself: batch ");
    }

    @Test
    void shouldGoToLog4j() throws Exception {
        file("log4j2.xml");
        assertThat(run(List.of("log4j-api", "log4j-core", "log4j-jpl")))
                .containsPattern("(?m)^\\S+ INFO  dev\\.millrace\\.streaming - \"shop\" started on local\\[2\\]")
                .containsPattern("(?m)^\\S+ ERROR dev\\.millrace\\.streaming - \"shop\" ends by itself: batch ")
                .containsPattern("(?m)^\\S+ DEBUG dev\\.millrace\\.batch - batch ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "slf4j-api slf4j-jdk-platform-logging logback-classic logback-core",
                "log4j-api log4j-core log4j-jpl"
            })
    void shouldTellOfTheStopOfAProcessThatIsToldToEnd(String artifacts) throws Exception {
        file("logback.xml");
        file("log4j2.xml");
        Program program = program(List.of(artifacts.split(" ")), "OpenAllDay.java");
        assertThat(program.terminate(java(program, "shop.OpenAllDay")))
                .containsPattern("\"shop\" stopped after .*; FINISHED");
    }

    @Test
    void shouldNameTheVersionsThatAreTested() throws IOException {
        String parent = Files.readString(Path.of("../pom.xml"));
        Matcher artifact = Pattern.compile("<artifactId>([^<]*)</artifactId>\\s*<version>([^<]*)</version>")
                .matcher(Files.readString(GUIDE));
        int found = 0;
        while (artifact.find()) {
            String library = artifact.group(1).replaceFirst("-.*", "");
            assertThat(parent).contains("<" + library + ".version>" + artifact.group(2) + "</" + library + ".version>");
            found++;
        }
        assertThat(found).isEqualTo(3);
    }
}
