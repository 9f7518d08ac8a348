/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.MillraceConf;
import dev.millrace.MillraceContext;
import dev.millrace.Tuple2;
import dev.millrace.rdd.PairRDD;
import dev.millrace.rdd.PortableDataStream;
import dev.millrace.rdd.RDD;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Datasets of files, and files of datasets, on either engine. */
@ExtendWith(SparkHeldOpen.class)
class DatasetFilesTest {
    record Point(int x, int y) {}

    @TempDir
    Path directory;

    @BeforeEach
    void reset() {
        Failing.reset();
    }

    private static MillraceContext context(String master) {
        return new MillraceContext(new MillraceConf().setMaster(master).setAppName("files"));
    }

    private String write(String name, String text) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        if (name.endsWith(".gz")) {
            try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
                out.write(text.getBytes(StandardCharsets.UTF_8));
            }
        } else {
            Files.writeString(file, text);
        }
        return file.toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"local[2]", "spark:local[2]"})
    void shouldReadFilesByPathsGlobsAndCommas(String master) throws IOException {
        String first = write("in/a.txt", "1\n2\n");
        String second = write("in/b.log", "3\n");
        write("in/c.txt.gz", "4\n");
        write("in/_hidden", "5\n");
        write("more/d.txt", "6\n");
        try (MillraceContext context = context(master)) {
            assertThat(context.textFile(directory.resolve("in").toString()).collect())
                    .containsExactly("1", "2", "3", "4");
            assertThat(context.textFile(directory.resolve("*/*.txt").toString()).collect())
                    .containsExactly("1", "2", "6");
            assertThat(context.textFile(second + "," + first).collect()).containsExactly("3", "1", "2");
            assertThatThrownBy(() -> context.textFile(directory.resolve("none").toString()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("there is no file or directory " + directory.resolve("none") + "; check the path");
            assertThatThrownBy(
                            () -> context.textFile(directory.resolve("in/*.csv").toString()))
                    .hasMessage("there is no file or directory " + directory.resolve("in/*.csv") + "; check the path");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"local[2]", "spark:local[2]"})
    void shouldCutFilesIntoAsManyPartitionsAsAsked(String master) throws IOException {
        List<String> lines = IntStream.range(0, 1000).mapToObj(n -> "line " + n).toList();
        String file = write("lines", String.join("\n", lines));
        try (MillraceContext context = context(master)) {
            assertThat(context.textFile(file).getNumPartitions()).isEqualTo(1);
            RDD<String> cut = context.textFile(file, 7);
            assertThat(cut.getNumPartitions()).isBetween(7, 8);
            assertThat(cut.collect()).isEqualTo(lines);
            assertThat(context.textFile(write("lines.gz", "one\ntwo\n"), 7).collect())
                    .containsExactly("one", "two");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"local[2]", "spark:local[2]"})
    void shouldReadWholeFilesAndRecordsOfOneLength(String master) throws IOException {
        String a = write("in/a", "one\ntwo");
        String b = write("in/b.gz", "three");
        String in = directory.resolve("in").toString();
        try (MillraceContext context = context(master)) {
            PairRDD<String, String> texts = context.wholeTextFiles(in);
            assertThat(texts.getNumPartitions()).isEqualTo(2);
            assertThat(texts.collect()).containsExactly(Tuple2.of(a, "one\ntwo"), Tuple2.of(b, "three"));
            assertThat(context.wholeTextFiles(in, 1).getNumPartitions()).isEqualTo(1);
            PairRDD<String, PortableDataStream> streams = context.binaryFiles(a);
            assertThat(streams.mapValues(stream -> new String(stream.toArray(), StandardCharsets.UTF_8)
                                    + stream.open().readByte()
                                    + stream.getPath().equals(stream.path()))
                            .values()
                            .collect())
                    .containsExactly("one\ntwo" + (int) 'o' + true);
            assertThat(streams.collect()).containsExactly(Tuple2.of(a, new PortableDataStream(a)));
            String records = write("records", "aabbcc");
            assertThat(context.binaryRecords(records, 2).map(String::new).collect())
                    .containsExactly("aa", "bb", "cc");
            assertThatThrownBy(() -> context.binaryRecords(records, 4).count())
                    .hasMessageContaining(
                            "its size of 6 bytes is no multiple of the record length of 4; correct the length"
                                    + " in binaryRecords or the file");
            Files.write(Path.of(a), new byte[] {'x', (byte) 0xff});
            assertThatThrownBy(texts::count)
                    .hasMessageContaining(
                            "file " + a + " byte 1: the byte is not UTF-8 here; save the file as UTF-8"
                                    + " text, read it by binaryFiles, or set millrace.streaming.fileStream.malformedInput to replace");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"local[2]", "spark:local[2]"})
    void shouldSaveADatasetAsAWhole(String master) throws IOException {
        String text = directory.resolve("out/text").toString();
        String objects = directory.resolve("out/objects").toString();
        try (MillraceContext context = context(master)) {
            context.getConf().registerTypes(Point.class);
            RDD<Point> points = context.parallelize(List.of(1, 2, 3), 4).map(n -> {
                Failing.until(n == 3, 1);
                return new Point(n, -n);
            });
            points.saveAsTextFile(text);
            assertThat(context.textFile(text).collect())
                    .containsExactly("Point[x=1, y=-1]", "Point[x=2, y=-2]", "Point[x=3, y=-3]");
            points.mapToPair(point -> Tuple2.of(point.x(), point)).saveAsObjectFile(objects);
            RDD<Tuple2<Integer, Point>> read = context.objectFile(objects);
            assertThat(read.getNumPartitions()).isEqualTo(4);
            assertThat(read.map(Tuple2::_2).collect()).isEqualTo(points.collect());
            assertThat(context.<Tuple2<Integer, Point>>objectFile(objects, 9).count())
                    .isEqualTo(3);
            assertThatThrownBy(() -> points.saveAsTextFile(text))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("there is something at " + text + " already, and a dataset is saved in a new directory;"
                            + " delete it, or name another one");
            assertThatThrownBy(() -> points.map(point -> 1 / (point.x() - 2))
                            .saveAsTextFile(directory.resolve("out/broken").toString()))
                    .hasMessageContaining("/ by zero");
        }
        try (Stream<Path> left = Files.list(directory.resolve("out"))) {
            assertThat(left.map(path -> path.getFileName().toString())).containsExactlyInAnyOrder("text", "objects");
        }
        try (Stream<Path> parts = Files.list(Path.of(text))) {
            assertThat(parts.map(path -> path.getFileName().toString()).sorted())
                    .isEqualTo(Arrays.asList("part-00000", "part-00001", "part-00002", "part-00003"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"local[2]", "spark:local[2]"})
    void shouldTellOfItself(String master) {
        long before = System.currentTimeMillis();
        try (MillraceContext context = context(master)) {
            assertThat(context.appName()).isEqualTo("files");
            assertThat(context.master()).isEqualTo(master);
            assertThat(context.isLocal()).isTrue();
            assertThat(context.version()).isNotEmpty();
            assertThat(context.startTime()).isBetween(before, System.currentTimeMillis());
            assertThat(context.defaultMinPartitions()).isEqualTo(2);
            assertThat(context.parallelizeDoubles(List.of(1.0, 2.5)).sum()).isEqualTo(3.5);
            assertThat(context.parallelizeDoubles(List.of(1.0), 3).getNumPartitions())
                    .isEqualTo(3);
            RDD<Double> kept = context.parallelizeDoubles(List.of(1.0)).cache();
            assertThat(context.getPersistentRDDs()).containsOnlyKeys(kept.id()).containsValue(kept);
            kept.unpersist();
            assertThat(context.getPersistentRDDs()).isEmpty();
        }
    }
}
