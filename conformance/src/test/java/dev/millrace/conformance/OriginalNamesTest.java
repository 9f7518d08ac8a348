/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.SparkContext;
import org.junit.jupiter.api.Test;

/** The list of the original's names, with which core compares its own, says what the original has; {@link #main} writes it anew. */
class OriginalNamesTest {
    private static final Path LIST = Path.of("../core/src/test/resources/spark-streaming-names.txt");

    /** The original's types that programs use, by the names that they have here. */
    private static final Map<String, String> TYPES = new LinkedHashMap<>();

    /** Types of modules that are not on this class path. */
    private static final List<String> CONNECTORS = List.of("FlumeUtils", "KafkaUtils", "KinesisInputDStream");

    static {
        in(
                "streaming.api.java.",
                "DStream=JavaDStream PairDStream=JavaPairDStream InputDStream=JavaInputDStream"
                        + " MapWithStateDStream=JavaMapWithStateDStream StreamingContext=JavaStreamingContext");
        in(
                "streaming.",
                "StateSpec State StreamingContextState BatchTime=Time Duration Durations Milliseconds Seconds Minutes");
        in("streaming.receiver.", "Receiver");
        in(
                "streaming.scheduler.",
                "StreamingListener StatsReportListener BatchInfo InputInfo=StreamInputInfo"
                        + " OutputOperationInfo ReceiverInfo");
        in("streaming.util.", "WriteAheadLog WriteAheadLogRecordHandle");
        in(
                "api.java.",
                "RDD=JavaRDD PairRDD=JavaPairRDD DoubleRDD=JavaDoubleRDD MillraceContext=JavaSparkContext StorageLevels"
                        + " Optional FutureAction=JavaFutureAction");
        in(
                "api.java.function.",
                "CoGroupFunction DoubleFlatMapFunction DoubleFunction FlatMapFunction FlatMapFunction2"
                        + " Function Function0 Function2 Function3 Function4 PairFlatMapFunction PairFunction VoidFunction"
                        + " VoidFunction2");
        in("", "MillraceConf=SparkConf HashPartitioner Partitioner RangePartitioner TaskContext");
        in("broadcast.", "Broadcast");
        in("storage.", "StorageLevel");
        in("util.", "AccumulatorV2 LongAccumulator DoubleAccumulator CollectionAccumulator");
        Stream.of("Tuple2", "Tuple3", "Tuple4").forEach(tuple -> TYPES.put(tuple, "scala." + tuple));
    }

    private static void in(String place, String types) {
        for (String type : types.split(" ")) {
            String[] names = type.split("=");
            TYPES.put(names[0], "org.apache.spark." + place + names[names.length - 1]);
        }
    }

    @Test
    void shouldSayWhatTheOriginalHas() throws Exception {
        assertThat(Files.readString(LIST)).isEqualTo(list());
    }

    public static void main(String[] args) throws Exception {
        Files.writeString(Path.of(args[0]), list());
    }

    private static String list() throws Exception {
        StringBuilder list = new StringBuilder("""
                # Public names of the Java API of Apache Spark %s, under the names that its types have here: each with the numbers
                # of arguments that it takes, if it is a method, and "new" for constructors. OriginalNamesTest of conformance makes it.
                """.formatted(sparkVersion()));
        for (Map.Entry<String, String> type : TYPES.entrySet()) {
            Map<String, Set<Integer>> names = names(Class.forName(type.getValue()), type.getKey());
            list.append(type.getKey()).append(":");
            names.forEach((name, arities) -> list.append(' ')
                    .append(name)
                    .append(arities.stream()
                            .map(String::valueOf)
                            .collect(Collectors.joining(",", arities.isEmpty() ? "" : "/", ""))));
            list.append('\n');
        }
        return list.append("types: ")
                .append(Stream.concat(TYPES.keySet().stream(), CONNECTORS.stream())
                        .sorted()
                        .collect(Collectors.joining(" ")))
                .append('\n')
                .toString();
    }

    private static String sparkVersion() throws IOException {
        String jar = SparkContext.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath();
        return jar.replaceAll(".*-([0-9.]+)\\.jar$", "$1");
    }

    private static Map<String, Set<Integer>> names(Class<?> type, String name) {
        Map<String, Set<Integer>> names = new TreeMap<>();
        boolean inherits = !name.equals("MapWithStateDStream")
                && !name.equals("InputDStream"); // else they repeat what they extend
        for (Method method : inherits ? type.getMethods() : type.getDeclaredMethods()) {
            if (isOfPrograms(method) && method.getDeclaringClass() != Object.class && !isOfJava(method)) {
                names.computeIfAbsent(method.getName(), key -> new TreeSet<>()).add(method.getParameterCount());
            }
        }
        for (Field field : type.getFields()) {
            if (isOfPrograms(field)) {
                names.computeIfAbsent(field.getName(), key -> new TreeSet<>());
            }
        }
        for (Constructor<?> constructor : type.getConstructors()) {
            names.computeIfAbsent("new", key -> new TreeSet<>()).add(constructor.getParameterCount());
        }
        return names;
    }

    /** Default methods of Java's interfaces differ from one Java to the next. */
    private static boolean isOfJava(Method method) {
        return method.isDefault() && method.getDeclaringClass().getName().startsWith("java.");
    }

    /** Not what Scala's compiler has added, and not how objects print and compare. */
    private static boolean isOfPrograms(Member member) {
        return Modifier.isPublic(member.getModifiers())
                && !member.isSynthetic()
                && !member.getName().contains("$")
                && !Set.of("toString", "equals", "hashCode").contains(member.getName());
    }
}
