/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StreamingContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The README shows the tested examples as they are, and what they print. */
class ReadmeTest {
    private static final Path ROOT = Path.of("..");

    @Test
    void shouldShowOnlyCodeThatIsCompiledAndTested() throws IOException {
        StringBuilder sources = new StringBuilder();
        for (Path tested : List.of(
                Path.of("src"),
                ROOT.resolve("testkit/src/test/java/dev/millrace/testkit/output"),
                ROOT.resolve("connectors/kafka/src/test"))) {
            try (Stream<Path> files = Files.walk(tested)) {
                for (Path file :
                        (Iterable<Path>) files.filter(path -> path.toString().endsWith(".java"))::iterator) {
                    sources.append(squeezed(Files.readString(file)));
                }
            }
        }
        List<String> blocks = new ArrayList<>(blocks(ROOT.resolve("README.md"), "java"));
        assertThat(blocks).hasSizeGreaterThan(4);
        for (Path page : pages()) {
            boolean runsItself =
                    page.endsWith("upgrading-state-types.md"); // UpgradeGuideTest compiles its two versions
            if (page.startsWith(ROOT.resolve("docs/guide")) && !runsItself) {
                blocks.addAll(blocks(page, "java"));
            }
        }
        for (String block : blocks) {
            assertThat(sources.toString().contains(squeezed(block)))
                    .as("no example has this code of the pages:%n%s", block)
                    .isTrue();
        }
    }

    @Test
    void shouldShowWhatTheDemoPrints() throws IOException {
        PrintStream before = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try (StreamingContext ssc =
                new StreamingContext(new MillraceConf().setMaster("local[2]"), Durations.seconds(1))) {
            QueueStream.build(ssc);
            ssc.runBatches(1);
        } finally {
            System.setOut(before);
        }
        assertThat(blocks(ROOT.resolve("README.md"), "")).contains(printed.toString(StandardCharsets.UTF_8));
    }

    @Test
    void shouldLinkOnlyToFilesThatAreThere() throws IOException {
        for (Path page : pages()) {
            Matcher link = Pattern.compile("]\\(([^)#:]+)\\)").matcher(Files.readString(page));
            while (link.find()) {
                assertThat(page.resolveSibling(link.group(1)))
                        .as("linked from %s", page)
                        .exists();
            }
        }
    }

    private static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>();
        for (Path directory : List.of(
                ROOT,
                ROOT.resolve("docs"),
                ROOT.resolve("docs/adr"),
                ROOT.resolve("docs/formats"),
                ROOT.resolve("docs/guide"))) {
            try (Stream<Path> files = Files.list(directory)) {
                files.filter(file -> file.toString().endsWith(".md")).forEach(pages::add);
            }
        }
        return pages;
    }

    private static List<String> blocks(Path page, String language) throws IOException {
        List<String> blocks = new ArrayList<>();
        Matcher block =
                Pattern.compile("(?m)^```(\\w*)\\n(.*?)^```$", Pattern.DOTALL).matcher(Files.readString(page));
        while (block.find()) {
            if (block.group(1).equals(language)) {
                blocks.add(block.group(2));
            }
        }
        return blocks;
    }

    private static String squeezed(String code) {
        return code.replaceAll("\\s+", "");
    }
}
