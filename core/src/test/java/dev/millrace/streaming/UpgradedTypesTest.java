/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.CompiledTypes;
import dev.millrace.MillraceConf;
import dev.millrace.Programs;
import dev.millrace.error.CheckpointException;
import dev.millrace.error.InvalidProgramException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program starts with other types of keys and state than the one that wrote the checkpoint. */
class UpgradedTypesTest {
    private static final String OLD = """
            record Key(String name, short length, Kind kind) {}
            enum Kind { SHORT, LONG }
            record Total(int count) {}
            record Word(String word) {}
            class Program {
                static void build(DStream<String> words, List<String> seen) {
                    words.mapToPair(w -> Tuple2.of(key(w), 1))
                            .updateStateByKey(StateType.of("totals", Total.class), (ones, total) ->
                                    ones.isEmpty() ? total : next(ones.size() + total.map(Total::count).orElse(0)))
                            .foreachRDD(rdd -> { seen.add(rdd.collect().toString()); });
                    words.map(w -> new Word(w)).window(Durations.seconds(3)).named("recent")
                            .foreachRDD(rdd -> { seen.add(rdd.collect().toString()); });
                }
                static Key key(String w) {
                    return new Key(w, (short) w.length(), w.length() > 1 ? Kind.LONG : Kind.SHORT);
                }
                static Optional<Total> next(int count) {
                    return Optional.of(new Total(count));
                }
            }
            """;

    private static final String NEW = """
            record Key(Kind kind, @Default("eu") String region, int length, @Renamed(from = "name") String word) {}
            enum Kind { @Renamed(from = "SHORT") LETTER, LONG }
            record Total(@Default("new") String note, long count) {}
            record Word(String word, @Default("0") int rank) {}
            class Program {
                static void build(DStream<String> words, List<String> seen) {
                    words.mapToPair(w -> Tuple2.of(key(w), 1))
                            .updateStateByKey(StateType.of("totals", Total.class), (ones, total) ->
                                    ones.isEmpty() ? total : next(ones.size() + total.map(Total::count).orElse(0L)))
                            .foreachRDD(rdd -> { seen.add(rdd.collect().toString()); });
                    words.map(w -> new Word(w, 1)).window(Durations.seconds(3)).named("recent")
                            .foreachRDD(rdd -> { seen.add(rdd.collect().toString()); });
                }
                static Key key(String w) {
                    return new Key(w.length() > 1 ? Kind.LONG : Kind.LETTER, "eu", w.length(), w);
                }
                static Optional<Total> next(long count) {
                    return count > 4 ? Optional.empty() : Optional.of(new Total("n", count));
                }
            }
            """;

    private static final String COUNTS = """
            class Program {
                static void build(DStream<String> words, List<String> seen) {
                    words.mapToPair(w -> Tuple2.of(w, 1))
                            .updateStateByKey(StateType.of("n", Integer.class), (ones, n) ->
                                    ones.isEmpty() ? n : Optional.of((int) (ones.size() + n.orElse((int) 0))))
                            .foreachRDD(rdd -> { seen.add(rdd.collect().toString()); });
                }
            }
            """;

    @TempDir
    Path directory;

    private int versions;
    private int done;

    private CompiledTypes version(String source) {
        return CompiledTypes.of(directory.resolve("version-" + versions++), Map.of("shop", source));
    }

    /** Runs some batches of a program on the one checkpoint, after those of earlier runs, and gives what it saw. */
    @SafeVarargs
    @SuppressWarnings("varargs")
    private List<String> run(CompiledTypes version, String snapshotBytes, List<String>... batches) {
        List<List<String>> input = new ArrayList<>(Collections.nCopies(done, List.of()));
        input.addAll(List.of(batches));
        MillraceConf conf = new MillraceConf()
                .setMaster("local[1]")
                .set("millrace.streaming.checkpoint.snapshotBytes", snapshotBytes)
                .registerTypes(version.all("shop"));
        List<String> seen = new ArrayList<>();
        try (StreamingContext ssc = new StreamingContext(conf, Durations.seconds(1))) {
            ssc.checkpoint(directory.resolve("checkpoint").toString());
            DStream<String> words =
                    Programs.batches(ssc, (Iterable<List<String>>) input).named("input");
            version.call("shop.Program", "build", words, seen);
            ssc.runBatches(batches.length);
            done += batches.length;
        }
        return seen;
    }

    @Test
    void shouldGoOnWithKeysAndStateOfNewTypes() throws IOException {
        CompiledTypes old = version(OLD);
        CompiledTypes now = version(NEW);
        for (String snapshotBytes : List.of("1g", "1")) {
            assertThat(run(old, snapshotBytes, List.of("a", "bb", "a"), List.of("c", "a", "bb")))
                    .endsWith(
                            "[(Key[name=a, length=1, kind=SHORT],Total[count=3]), (Key[name=bb, length=2,"
                                    + " kind=LONG],Total[count=2]), (Key[name=c, length=1,"
                                    + " kind=SHORT],Total[count=1])]",
                            "[Word[word=a], Word[word=bb], Word[word=a], Word[word=c], Word[word=a], Word[word=bb]]");
            String c = key("LETTER", 1, "c") + "Total[note=new, count=1])";
            String bb = key("LONG", 2, "bb") + "Total[note=n, count=3])";
            assertThat(run(now, snapshotBytes, List.of("bb")))
                    .containsExactly(
                            "[" + key("LETTER", 1, "a") + "Total[note=new, count=3]), " + bb + ", " + c + "]",
                            "[Word[word=a, rank=0], Word[word=bb, rank=0], Word[word=a, rank=0], Word[word=c, rank=0],"
                                    + " Word[word=a, rank=0], Word[word=bb, rank=0], Word[word=bb, rank=1]]");
            // from what the new program wrote: each key once, and one that is removed stays away
            String rest = "[" + bb + ", " + c + "]";
            assertThat(run(now, snapshotBytes, List.of("a", "a"))).startsWith(rest);
            assertThat(run(now, snapshotBytes, List.of())).startsWith(rest);
            assertThat(run(now, snapshotBytes, List.of(), List.of()))
                    .endsWith(rest, "[]")
                    .contains(rest);
            delete(directory.resolve("checkpoint"));
            done = 0;
        }
    }

    private static String key(String kind, int length, String word) {
        return "(Key[kind=" + kind + ", region=eu, length=" + length + ", word=" + word + "],";
    }

    @Test
    void shouldNotNeedTheAnnotationsOnceStarted() {
        run(version(OLD), "1g", List.of("a", "bb"));
        List<String> upgraded = run(version(NEW), "1g", List.of());
        CompiledTypes plain = version(NEW.replaceAll("@(Renamed|Default)\\([^)]*\\)", ""));
        assertThat(run(plain, "1g", List.of())).isEqualTo(upgraded);
    }

    @Test
    void shouldFinishAnUpgradeThatWasCutOff() throws IOException {
        run(version(OLD), "1g", List.of("a", "bb"), List.of("c"));
        Path before = directory.resolve("before");
        copy(directory.resolve("checkpoint"), before);
        CompiledTypes now = version(NEW);
        List<String> whole = run(now, "1g", List.of());
        byte[] bytes = Files.readAllBytes(directory.resolve("checkpoint/journal/0000000002-0000000002"));
        for (int length = 0; length < bytes.length; length += 97) {
            delete(directory.resolve("checkpoint"));
            copy(before, directory.resolve("checkpoint"));
            Files.write(directory.resolve("checkpoint/journal/0000000002-0000000002"), Arrays.copyOf(bytes, length));
            assertThat(run(now, "1g", List.of()).get(0)).isEqualTo(whole.get(0));
        }
    }

    @Test
    void shouldRefuseBeforeAnythingIsWritten() throws IOException {
        run(version(OLD), "1g", List.of("a", "bb"));
        byte[] journal = Files.readAllBytes(directory.resolve("checkpoint/journal/0000000001-0000000001"));
        assertThatThrownBy(() -> run(version(NEW.replace("@Default(\"new\")", "")), "1g", List.of()))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(refused()
                        + "the state totals: stored values of type shop.Total cannot be read: component note (String) was not stored and"
                        + " has no default; write: @Default(\"\") String note");
        assertThatThrownBy(() -> run(version(NEW.replace("@Renamed(from = \"SHORT\") ", "")), "1g", List.of()))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(refused()
                        + "the state totals: enum shop.Kind has no constant SHORT any more, and stored data uses it; put it back, or write"
                        + " @Renamed(from = \"SHORT\") on the constant that took its place");
        String oneKey = NEW.replace("@Renamed(from = \"name\") String word", "@Default(\"\") String word")
                .replace("int length", "@Default(\"0\") @Renamed(from = \"size\") int size")
                .replace("@Renamed(from = \"SHORT\") LETTER, LONG }", "@Renamed(from = {\"SHORT\", \"LONG\"}) LETTER }")
                .replace("w.length() > 1 ? Kind.LONG : Kind.LETTER", "Kind.LETTER");
        assertThatThrownBy(() -> run(version(oneKey), "1g", List.of()))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(refused()
                        + "the state totals cannot be upgraded: two of its keys become Key[kind=LETTER, region=eu, size=0,"
                        + " word=]; bring back what told them apart, or give the state another name");
        String bad = NEW.replace(
                        "record Total(@Default(\"new\") String note, long count) {}",
                        "class Total { final String note; final long count; Total(long n, String s) { note = s; count = n; }"
                                + " long count() { return count; } }")
                .replace("new Total(\"n\", count)", "new Total(count, \"\")");
        assertThatThrownBy(() -> run(version(bad), "1g", List.of()))
                .isInstanceOf(InvalidProgramException.class)
                .hasMessage(
                        "This program cannot be started:\n  - the class shop.Total cannot be stored or sent: it has no"
                                + " constructor Total(String, long) that takes its fields in their order; add it, or make the class"
                                + " a record");
        assertThat(Files.readAllBytes(directory.resolve("checkpoint/journal/0000000001-0000000001")))
                .isEqualTo(journal);
        assertThat(directory.resolve("checkpoint/journal")).isDirectoryNotContaining("glob:**/0000000002*");
    }

    @Test
    void shouldWidenAStateThatIsANumber() {
        String longs = COUNTS.replace("Integer", "Long").replace("(int)", "(long)");
        run(version(COUNTS), "1g", List.of("a", "b"));
        assertThat(run(version(longs), "1g", List.of("a"))).endsWith("[(a,2), (b,1)]");
        assertThatThrownBy(() -> run(version(COUNTS), "1g", List.of()))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(refused()
                        + "the state n holds a value of type java.lang.Long, and the program says java.lang.Integer; write"
                        + " StateType.of(\"n\", Long.class), or give the new state another name");
    }

    private String refused() {
        return "This program cannot start on the checkpoint " + directory.resolve("checkpoint") + ":\n  - ";
    }

    private static void delete(Path path) throws IOException {
        List<Path> found;
        try (Stream<Path> all = Files.walk(path)) {
            found = new ArrayList<>(all.toList());
        }
        Collections.reverse(found);
        for (Path one : found) {
            Files.delete(one);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path one : all.toList()) {
                Files.copy(one, to.resolve(from.relativize(one).toString()));
            }
        }
    }
}
