/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.conf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.CapturedLog;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.text.MessageFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** No key of the original is passed over: each is understood, or has no effect, with a warning, or is refused with the change to make. */
class SparkKeysTest {
    private static Map<String, String> keys() throws IOException {
        Map<String, String> keys = new TreeMap<>();
        try (InputStream in = SparkKeysTest.class.getResourceAsStream("/spark-streaming-keys.txt")) {
            new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split(" "))
                    .forEach(parts -> keys.put("spark.streaming." + parts[0], parts[1]));
        }
        return keys;
    }

    private static List<String> problems(String... keysAndValues) {
        Settings settings = new Settings();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            settings.set(keysAndValues[i], keysAndValues[i + 1]);
        }
        return settings.problems();
    }

    @Test
    void shouldUnderstandEachKeyOfTheOriginalOrSayWhatToDoInstead() throws IOException {
        List<String> understood = new ArrayList<>();
        List<String> withoutEffect = new ArrayList<>();
        List<String> refused = new ArrayList<>();
        try (CapturedLog log = new CapturedLog("dev.millrace.conf")) {
            keys().forEach((key, value) -> {
                log.messages().clear();
                List<String> problems = problems(key, value);
                if (log.messages().equals(List.of("{0} has no effect: {1}; remove it"))) {
                    assertThat(problems).as(key).isEmpty();
                    withoutEffect.add(key);
                } else if (problems.isEmpty()) {
                    assertThat(log.messages()).as(key).containsExactly("{0} is read as {1}; write it so");
                    understood.add(key);
                } else {
                    assertThat(problems).hasSize(1);
                    assertThat(problems.get(0)).startsWith(key + " has no counterpart: ");
                    refused.add(key);
                }
            });
        }
        assertThat(refused)
                .containsExactlyInAnyOrderElementsOf(SparkKeys.refused().keySet());
        assertThat(withoutEffect)
                .containsExactlyInAnyOrderElementsOf(SparkKeys.withoutEffect().keySet());
        assertThat(understood).hasSize(21);
        assertThat(SparkKeys.known()).containsAll(keys().keySet());
    }

    @Test
    void shouldNameTheSettingToUseInsteadOfAKeyThatIsRefused() {
        assertThat(problems("spark.streaming.blockQueueSize", "10", "spark.streaming.unpersist", "true"))
                .containsExactly(
                        "spark.streaming.blockQueueSize has no counterpart: the blocks that may wait are bounded by bytes; set"
                                + " millrace.streaming.receiver.maxPendingBytes",
                        "spark.streaming.unpersist has no counterpart: data of a batch is dropped as soon as no later batch reads"
                                + " it; remove it");
    }

    @Test
    void shouldSayWhyAKeyHasNoEffect() {
        try (CapturedLog log = new CapturedLog("dev.millrace.conf")) {
            assertThat(problems("spark.streaming.kafka.consumer.cache.loadFactor", "0.5"))
                    .isEmpty();
            assertThat(log.records())
                    .singleElement()
                    .satisfies(
                            record -> assertThat(MessageFormat.format(record.getMessage(), record.getParameters()))
                                    .isEqualTo(
                                            "spark.streaming.kafka.consumer.cache.loadFactor has no effect: the table of kept consumers grows by"
                                                    + " itself, up to millrace.streaming.kafka.consumer.cache.maxCapacity; remove it"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "spark.streaming.blockIntervall, spark.streaming.blockInterval",
        "spark.streaming.stopSparkContextByDefaults, spark.streaming.stopSparkContextByDefault",
        "spark.streaming.fileStream.minRemeberDuration, spark.streaming.fileStream.minRememberDuration",
        "spark.streaming.dynamicAllocation.minExecutor, spark.streaming.dynamicAllocation.minExecutors",
        "millrace.streaming.stopSparkContextByDefault, millrace.streaming.stopMillraceContextByDefault",
    })
    void shouldSuggestTheNearestKeyInTheSameSpelling(String key, String nearest) {
        assertThat(problems(key, "1")).containsExactly("unknown key " + key + "; did you mean " + nearest + "?");
    }

    @Test
    void shouldRefuseTwoSpellingsWithDifferentValues() {
        assertThat(problems("spark.streaming.blockInterval", "1s", "millrace.streaming.blockInterval", "2s"))
                .containsExactly(
                        "spark.streaming.blockInterval is \"1s\" and millrace.streaming.blockInterval is \"2s\", which are"
                                + " one setting; keep one of them");
        assertThat(problems("spark.streaming.blockInterval", "1s", "millrace.streaming.blockInterval", "1s"))
                .isEmpty();
    }

    @Test
    void shouldReadMasterAndNameOfTheOriginal() {
        Settings settings = new Settings();
        settings.set("spark.master", "local[3]");
        settings.set("spark.app.name", "shop");
        assertThat(settings.problems()).isEmpty();
        assertThat(settings.get(Options.MASTER)).isEqualTo("local[3]");
        assertThat(settings.get(Options.APP_NAME)).isEqualTo("shop");
    }

    @Test
    void shouldLeaveOtherKeysToSparkAndToTheProgram() {
        assertThat(problems("spark.executor.memory", "1g", "shop.table", "orders"))
                .isEmpty();
    }
}
