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
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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

    /** The original's names with the numbers of their arguments, by type; the types themselves under {@code types}. */
    private static Map<String, Map<String, Set<Integer>>> original() throws IOException {
        Map<String, Map<String, Set<Integer>>> names = new TreeMap<>();
        for (String line : lines("/spark-streaming-names.txt")) {
            String[] parts = line.split(": ?", 2);
            Map<String, Set<Integer>> members = names.computeIfAbsent(parts[0], key -> new TreeMap<>());
            for (String member : parts[1].split(" ")) {
                String[] forms = member.split("/");
                Set<Integer> arguments = members.computeIfAbsent(forms[0], key -> new TreeSet<>());
                Stream.of(forms)
                        .skip(1)
                        .flatMap(each -> Stream.of(each.split(",")))
                        .map(Integer::valueOf)
                        .forEach(arguments::add);
            }
            members.remove("");
        }
        return names;
    }

    private static List<String> lines(String resource) throws IOException {
        try (InputStream in = ComingFromSparkTest.class.getResourceAsStream(resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#") && !line.isBlank())
                    .toList();
        }
    }

    /** The names that are not for programs: each {@code Type.name}, or {@code *.name} for any type. */
    private static Set<String> insides() throws IOException {
        Set<String> insides = new TreeSet<>();
        for (String line : lines("/spark-streaming-insides.txt")) {
            String[] parts = line.split(": ", 2);
            assertThat(parts).as("a reason, and names: %s", line).hasSize(2);
            for (String name : parts[1].split(" ")) {
                assertThat(insides.add(name)).as(name).isTrue();
            }
        }
        return insides;
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

    /** The names that a type has, with the numbers of arguments that each takes; a field takes any. */
    private static Map<String, Set<Integer>> present(Class<?> type) {
        Map<String, Set<Integer>> present = new TreeMap<>();
        for (Method method : type.getMethods()) {
            if (method.getDeclaringClass() != Object.class || method.getName().equals("clone")) {
                addArguments(present.computeIfAbsent(method.getName(), key -> new TreeSet<>()), method);
            }
        }
        for (Constructor<?> constructor : type.getDeclaredConstructors()) {
            if ((constructor.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED)) != 0) {
                addArguments(present.computeIfAbsent("new", key -> new TreeSet<>()), constructor);
            }
        }
        for (Field field : type.getFields()) {
            present.put(field.getName(), IntStream.range(0, 20).boxed().collect(Collectors.toSet()));
        }
        return present;
    }

    private static void addArguments(Set<Integer> numbers, Executable executable) {
        int last = executable.getParameterCount();
        numbers.add(last);
        if (executable.isVarArgs()) {
            IntStream.range(last - 1, 20).forEach(numbers::add);
        }
    }

    /** What is not here: a name, or a form of it as {@code name/arguments}. */
    private static TreeSet<String> absent(Set<String> insides) throws IOException {
        TreeSet<String> absent = new TreeSet<>();
        original().forEach((type, members) -> {
            if (type.equals("types")) {
                members.keySet().stream().filter(each -> type(each).isEmpty()).forEach(absent::add);
            } else {
                type(type).ifPresent(ours -> absent.addAll(absent(type, members, present(ours), insides)));
            }
        });
        absent.removeIf(name ->
                name.matches("(Pair|Double)RDD\\..*") && absent.contains(name.replaceFirst("^(Pair|Double)", "")));
        return absent;
    }

    private static List<String> absent(
            String type, Map<String, Set<Integer>> members, Map<String, Set<Integer>> present, Set<String> insides) {
        List<String> absent = new ArrayList<>();
        members.forEach((name, forms) -> {
            if (insides.contains("*." + name) || insides.contains(type + "." + name)) {
                return;
            }
            if (!present.containsKey(name)) {
                absent.add(type + "." + name);
                return;
            }
            forms.stream()
                    .filter(arguments -> !present.get(name).contains(arguments))
                    .filter(arguments -> !insides.contains(type + "." + name + "/" + arguments))
                    .forEach(arguments -> absent.add(type + "." + name + "/" + arguments));
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
                        .map(name -> name.group(1))
                        .forEach(name -> told.add(type.equals("types") ? name : type + "." + form(name)));
            }
        }
        return told;
    }

    /** {@code name(_, _)}, which is a form with two arguments, as {@code name/2}. */
    private static String form(String written) {
        int open = written.indexOf('(');
        return open < 0
                ? written
                : written.substring(0, open) + "/"
                        + written.replaceAll("[^_]", "").length();
    }

    @Test
    void shouldTellOfEachNameThatIsNotHereAndOfNoOther() throws IOException {
        List<String> otherwise = told("Written otherwise");
        Set<String> insides = insides();
        Set<String> absent = absent(insides);
        List<String> notYet =
                absent.stream().filter(name -> !otherwise.contains(name)).toList();
        original()
                .forEach((type, members) ->
                        System.out.println(count(type, members.keySet(), insides, otherwise, notYet)));
        System.out.println("in all " + notYet.size() + " not yet");
        assertThat(otherwise).doesNotHaveDuplicates();
        assertThat(notYet).as("not here, and not in the table").isEmpty();
        assertThat(otherwise.stream().filter(name -> !absent.contains(name)))
                .as("in the table, and here")
                .isEmpty();
    }

    private static String count(
            String type, Set<String> names, Set<String> insides, List<String> otherwise, List<String> notYet) {
        if (!type.equals("types") && type(type).isEmpty()) {
            return type + ": " + names.size() + " names, and the type is written otherwise";
        }
        String prefix = type.equals("types") ? "" : type + ".";
        String inherited = type.replaceFirst("^(Pair|Double)RDD$", "RDD") + "."; // told with the type that it extends
        long inside = names.stream()
                .filter(name -> insides.contains("*." + name) || insides.contains(type + "." + name))
                .count();
        long missing = names.stream()
                .filter(name -> notYet.contains(prefix + name) || notYet.contains(inherited + name))
                .count();
        long told = names.stream()
                .filter(name -> otherwise.contains(prefix + name) || otherwise.contains(inherited + name))
                .count();
        return type + ": " + names.size() + " names, " + (names.size() - inside - missing - told) + " here, " + told
                + " written otherwise, " + missing + " not yet, " + inside + " of the original's inside";
    }

    @Test
    void shouldNameNothingAsInsideThatTheOriginalHasNot() throws IOException {
        Set<String> all = new TreeSet<>();
        original()
                .forEach((type, members) -> members.forEach((name, forms) -> {
                    all.add(type + "." + name);
                    all.add("*." + name);
                    forms.forEach(arguments -> all.add(type + "." + name + "/" + arguments));
                }));
        assertThat(all).containsAll(insides());
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
        assertThat(time.less(later) && later.isAfter(time)).isTrue();
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
