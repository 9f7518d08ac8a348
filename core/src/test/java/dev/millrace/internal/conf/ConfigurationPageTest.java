/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.conf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** docs/configuration.md says what the options say; {@link #main} writes it anew. */
class ConfigurationPageTest {
    private static final Path PAGE = Path.of("../docs/configuration.md");

    @Test
    void shouldAgreeWithTheOptions() throws IOException {
        assertThat(Files.readString(PAGE)).isEqualTo(page());
    }

    public static void main(String[] args) throws IOException {
        Files.writeString(Path.of(args[0]), page());
    }

    private static String page() {
        StringBuilder page = new StringBuilder("""
                # Configuration

                Keys of `MillraceConf`. All problems are reported together when a context is made; an unknown key under
                `millrace.` or `spark.streaming.` is an error that names the nearest known one. A known `millrace.streaming.*` key
                in its `spark.streaming.*` spelling is accepted with a warning, and so are `spark.master`, `spark.app.name` and
                `spark.streaming.stopSparkContextByDefault`; both spellings with different values are an error. Of the other keys of Spark
                Streaming some [have no effect](#keys-of-spark-streaming-that-have-no-effect), of which a warning tells, and those
                [that are refused](#keys-of-spark-streaming-that-are-refused) say what to do instead; other `spark.*` keys go to Spark.

                | key | unit | default | meaning |
                |---|---|---|---|
                """);
        for (Option<?> option : Options.all()) {
            page.append("| `%s` | %s | %s | %s |\n"
                    .formatted(
                            option.key(),
                            option.unit(),
                            option.defaultText().isEmpty() ? "-" : "`" + option.defaultText() + "`",
                            option.doc()));
        }
        page.append("""

                ## Keys of Spark Streaming that have no effect

                | `spark.streaming.` and | why |
                |---|---|
                """);
        append(SparkKeys.withoutEffect(), page);
        page.append("""

                ## Keys of Spark Streaming that are refused

                | `spark.streaming.` and | instead |
                |---|---|
                """);
        append(SparkKeys.refused(), page);
        return page.toString();
    }

    private static void append(Map<String, String> keys, StringBuilder page) {
        keys.forEach((key, text) ->
                page.append("| `%s` | %s |\n".formatted(key.substring(SparkKeys.PREFIX.length()), text)));
    }
}
