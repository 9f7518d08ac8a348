/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import dev.millrace.MillraceContext;
import dev.millrace.Programs;
import dev.millrace.rdd.LongAccumulator;
import dev.millrace.rdd.PairRDD;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Member;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docs/coming-from-spark.md tells of each name of the original that is not here, and of no other. */
class ComingFromSparkTest {
    private static final Path PAGE = Path.of("../docs/coming-from-spark.md");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final List<String> PACKAGES = List.of(
            "dev.millrace.",
            "dev.millrace.rdd.",
            "dev.millrace.function.",
            "dev.millrace.streaming.",
            "dev.millrace.streaming.event.",
            "dev.millrace.streaming.receiver.",
            "dev.millrace.streaming.kafka.",
            "dev.millrace.streaming.kinesis.",
            "dev.millrace.streaming.flume.");

    @TempDir
    Path directory;

    /** The original's names, by type; the types themselves under {@code types}. */
    private static Map<String, List<String>> original() throws IOException {
        Map<String, List<String>> names = new TreeMap<>();
        try (InputStream in = ComingFromSparkTest.class.getResourceAsStream("/spark-streaming-names.txt")) {
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
                if (!line.startsWith("#")) {
                    String[] parts = line.split(": ");
                    names.put(parts[0], List.of(parts[1].split(" ")));
                }
            }
        }
        return names;
    }

    private static Optional<Class<?>> type(String name) {
        if (name.equals("Duration") || name.equals("Optional")) {
            return Optional.of(name.equals("Duration") ? Duration.class : Optional.class);
        }
        for (String prefix : PACKAGES) {
            try {
                return Optional.of(Class.forName(prefix + name));
            } catch (ClassNotFoundException e) {
                // perhaps in the next one
            }
        }
        return Optional.empty();
    }

    private static TreeSet<String> publicNames(Class<?> type) {
        TreeSet<String> names = new TreeSet<>();
        Stream.of(type.getMethods(), type.getFields())
                .flatMap(Arrays::stream)
                .map(Member::getName)
                .forEach(names::add);
        return names;
    }

    private static TreeSet<String> absent() throws IOException {
        TreeSet<String> absent = new TreeSet<>();
        original().forEach((name, members) -> {
            if (name.equals("types")) {
                members.stream().filter(member -> type(member).isEmpty()).forEach(absent::add);
            } else {
                TreeSet<String> present = publicNames(type(name).orElseThrow(() -> new AssertionError(name)));
                members.stream()
                        .filter(member -> !present.contains(member))
                        .forEach(member -> absent.add(name + "." + member));
            }
        });
        return absent;
    }

    /** The names in a section's table: of each row, the type in its first cell with each name in its second. */
    private static List<String> told(String section) throws IOException {
        List<String> told = new ArrayList<>();
        String page = Files.readString(PAGE);
        int start = page.indexOf("\n## " + section + "\n");
        assertThat(start).as(section).isPositive();
        int end = page.indexOf("\n## ", start + 1);
        for (String line : page.substring(start, end < 0 ? page.length() : end).split("\n")) {
            if (line.startsWith("|") && line.contains("`")) {
                String[] cells = line.split("\\|");
                String type = cells[1].replace("`", "").strip();
                CODE.matcher(cells[2])
                        .results()
                        .forEach(name -> told.add(type.equals("types") ? name.group(1) : type + "." + name.group(1)));
            }
        }
        return told;
    }

    @Test
    void shouldTellOfEachNameThatIsNotHereAndOfNoOther() throws IOException {
        List<String> told = new ArrayList<>(told("Written otherwise"));
        told.addAll(told("Not there yet"));
        assertThat(told).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(absent());
    }

    @Test
    void shouldTellOfEightEditsFirst() throws IOException {
        String page = Files.readString(PAGE);
        String top = page.substring(page.indexOf("\n## The top eight\n"), page.indexOf("\n## Types\n"));
        assertThat(top.lines().filter(line -> line.matches("\\d\\. .*"))).hasSize(8);
    }

    @Test
    void shouldWriteOtherwiseAsThePageSays() {
        BatchTime time = BatchTime.of(2500);
        BatchTime later = time.plus(Durations.milliseconds(1));
        Duration second = Durations.seconds(1);
        assertThat(time.compareTo(later) < 0 && later.isAfter(time)).isTrue();
        assertThat(BatchTime.of(time.milliseconds() - time.milliseconds() % second.toMillis()))
                .isEqualTo(BatchTime.of(2000));
        assertThat(Durations.minutes(1).compareTo(second) > 0).isTrue();
        assertThat(second.multipliedBy(3).toMillis()).isEqualTo(3000);
        assertThat(Optional.ofNullable((String) null).orElse(null)).isNull();
        assertThat(StreamingContextState.valueOf("CREATED")).isEqualTo(StreamingContextState.CREATED);
        try (MillraceContext context = new MillraceContext(new MillraceConf().setMaster("local[1]"))) {
            LongAccumulator seen = context.longAccumulator("seen");
            PairRDD<String, Integer> pairs = context.parallelize(List.of("a", "b"))
                    .mapPartitions(words -> words)
                    .mapToPair(word -> new dev.millrace.Tuple2<>(word, 1))
                    .mapToPair(pair -> pair);
            pairs.foreach(pair -> seen.add(1));
            assertThat(Long.valueOf(seen.value()).intValue()).isEqualTo(2);
        }
    }

    @Test
    void shouldKeepStateWithoutNamesAndStateTypesWhenNamesAreDerived() {
        List<Integer> totals = new ArrayList<>();
        for (int run = 0; run < 2; run++) {
            MillraceConf conf = new MillraceConf().set("millrace.streaming.names", "derived");
            try (StreamingContext ssc = Programs.local(conf)) {
                ssc.checkpoint(directory.resolve("checkpoint").toString());
                Programs.batches(ssc, List.of(1), List.of(2))
                        .mapToPair(number -> new dev.millrace.Tuple2<>("sum", number))
                        .updateStateByKey((List<Integer> values, Optional<Integer> sum) -> Optional.of(sum.orElse(0)
                                + values.stream().mapToInt(value -> value).sum()))
                        .foreachRDD(rdd -> rdd.collect().forEach(pair -> totals.add(pair._2())));
                ssc.runBatches(1);
            }
        }
        assertThat(totals).containsExactly(1, 3);
    }
}
