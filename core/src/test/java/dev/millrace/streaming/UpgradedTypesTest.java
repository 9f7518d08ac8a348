/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.CompiledTypes;
import dev.millrace.MillraceConf;
import dev.millrace.Programs;
import dev.millrace.error.CheckpointException;
import dev.millrace.error.CodecException;
import dev.millrace.error.InvalidProgramException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program starts with other types of keys and state than the one that wrote the checkpoint. */
class UpgradedTypesTest {
    private static final String PROGRAM = " public class Program { public static void build(StreamingContext ssc,"
            + " DStream<String> words) { words.mapToPair(w -> Tuple2.of(KEY, 1)).updateStateByKey("
            + "StateType.of(\"totals\", Total.class), (ones, total) -> ones.isEmpty() ? total : NEXT)"
            + ".foreachRDD(rdd -> { SEEN.add(rdd.collect().toString()); });"
            + " words.map(w -> new Word(w)).window(Durations.seconds(3)).named(\"recent\")"
            + ".foreachRDD(rdd -> { SEEN.add(rdd.collect().toString()); }); }"
            + " public static final List<String> SEEN = new ArrayList<>(); }";

    private static final String OLD = "record Key(String name, short length, Kind kind) {} enum Kind { SHORT, LONG }"
            + " record Total(int count) {} record Word(String word) {}"
            + PROGRAM.replace("KEY", "new Key(w, (short) w.length(), w.length() > 1 ? Kind.LONG : Kind.SHORT)")
                    .replace("NEXT", "w(ones.size() + total.map(Total::count).orElse(0))")
                    .replace(
                            " public static final",
                            " static Optional<Total> w(int n) { return n > 90 ?"
                                    + " Optional.empty() : Optional.of(new Total(n)); } public static final");

    private static final String NEW = "record Key(Kind kind, @Default(\"eu\") String region, int length,"
            + " @Renamed(from = \"name\") String word) {} enum Kind { @Renamed(from = \"SHORT\") LETTER, LONG }"
            + " record Total(@Default(\"new\") String note, long count) {}"
            + " record Word(String word, @Default(\"0\") int rank) {}"
            + PROGRAM.replace("KEY", "new Key(w.length() > 1 ? Kind.LONG : Kind.LETTER, \"eu\", w.length(), w)")
                    .replace("NEXT", "w(ones.size() + total.map(Total::count).orElse(0L))")
                    .replace("new Word(w)", "new Word(w, 1)")
                    .replace(
                            " public static final",
                            " static Optional<Total> w(long n) { return n > 4 ?"
                                    + " Optional.empty() : Optional.of(new Total(\"n\", n)); } public static final");

    @TempDir
    Path directory;

    private int versions;

    private CompiledTypes version(String source) {
        return CompiledTypes.of(directory.resolve("version-" + versions++), Map.of("shop", source));
    }

    /** Runs some batches of a program on the one checkpoint and gives what it saw. */
    @SuppressWarnings("unchecked")
    private List<String> run(CompiledTypes version, String snapshotBytes, List<List<String>> batches) throws Exception {
        MillraceConf conf = new MillraceConf()
                .setMaster("local[1]")
                .set("millrace.streaming.checkpoint.snapshotBytes", snapshotBytes)
                .registerTypes(version.all("shop"));
        Class<?> program = version.type("shop.Program");
        List<String> seen = (List<String>) program.getField("SEEN").get(null);
        seen.clear();
        try (StreamingContext ssc = new StreamingContext(conf, Durations.seconds(1))) {
            ssc.checkpoint(directory.resolve("checkpoint").toString());
            DStream<String> words =
                    Programs.batches(ssc, (Iterable<List<String>>) batches).named("input");
            program.getMethod("build", StreamingContext.class, DStream.class).invoke(null, ssc, words);
            ssc.runBatches(batches.size());
        }
        return List.copyOf(seen);
    }

    @Test
    void shouldGoOnWithKeysAndStateOfNewTypes() throws Exception {
        for (String snapshotBytes : List.of("1g", "1")) {
            CompiledTypes old = version(OLD);
            CompiledTypes now = version(NEW);
            assertThat(run(old, snapshotBytes, List.of(List.of("a", "bb", "a"), List.of("c", "a", "bb"))))
                    .endsWith(
                            "[(Key[name=a, length=1, kind=SHORT],Total[count=3]), (Key[name=bb, length=2,"
                                    + " kind=LONG],Total[count=2]), (Key[name=c, length=1,"
                                    + " kind=SHORT],Total[count=1])]",
                            "[Word[word=a], Word[word=bb], Word[word=a], Word[word=c], Word[word=a], Word[word=bb]]");
            assertThat(run(now, snapshotBytes, List.of(List.of(), List.of(), List.of("bb"))))
                    .endsWith(
                            "[" + key("LETTER", 1, "a") + "Total[note=new, count=3]), " + key("LONG", 2, "bb")
                                    + "Total[note=n, count=3]), " + key("LETTER", 1, "c")
                                    + "Total[note=new, count=1])]",
                            "[Word[word=bb, rank=1]]");
            // again, from what the new program wrote: each key once, and one that is removed stays away
            assertThat(run(now, snapshotBytes, List.of(List.of(), List.of(), List.of(), List.of("a", "a"))))
                    .endsWith(
                            "[" + key("LONG", 2, "bb") + "Total[note=n, count=3]), " + key("LETTER", 1, "c")
                                    + "Total[note=new, count=1])]",
                            "[Word[word=a, rank=1], Word[word=a, rank=1]]");
            assertThat(run(now, snapshotBytes, List.of(List.of(), List.of(), List.of(), List.of(), List.of())))
                    .endsWith(
                            "[" + key("LONG", 2, "bb") + "Total[note=n, count=3]), " + key("LETTER", 1, "c")
                                    + "Total[note=new, count=1])]",
                            "[]");
            delete(directory.resolve("checkpoint"));
        }
    }

    private static String key(String kind, int length, String word) {
        return "(Key[kind=" + kind + ", region=eu, length=" + length + ", word=" + word + "],";
    }

    @Test
    void shouldNotNeedTheAnnotationsOnceStarted() throws Exception {
        CompiledTypes old = version(OLD);
        run(old, "1g", List.of(List.of("a", "bb")));
        String rows = String.join("\n", run(version(NEW), "1g", List.of(List.of())));
        CompiledTypes plain = version(NEW.replaceAll("@(Renamed|Default)\\([^)]*\\)", ""));
        assertThat(String.join("\n", run(plain, "1g", List.of(List.of(), List.of()))))
                .endsWith(rows);
    }

    @Test
    void shouldFinishAnUpgradeThatWasCutOff() throws Exception {
        run(version(OLD), "1g", List.of(List.of("a", "bb"), List.of("c")));
        Path before = directory.resolve("before");
        copy(directory.resolve("checkpoint"), before);
        List<String> whole = run(version(NEW), "1g", List.of(List.of()));
        Path journal = directory.resolve("checkpoint/journal/0000000002");
        byte[] bytes = Files.readAllBytes(journal);
        for (int length = 0; length < bytes.length; length += 7) {
            delete(directory.resolve("checkpoint"));
            copy(before, directory.resolve("checkpoint"));
            Files.write(directory.resolve("checkpoint/journal/0000000002"), java.util.Arrays.copyOf(bytes, length));
            assertThat(run(version(NEW), "1g", List.of(List.of())).get(0)).isEqualTo(whole.get(0));
        }
    }

    @Test
    void shouldRefuseBeforeAnythingIsWritten() throws Exception {
        run(version(OLD), "1g", List.of(List.of("a", "bb")));
        byte[] journal = Files.readAllBytes(directory.resolve("checkpoint/journal/0000000001"));
        assertThatThrownBy(() -> run(version(NEW.replace("@Default(\"new\")", "")), "1g", List.of(List.of())))
                .isInstanceOf(CodecException.class)
                .hasMessage(
                        "stored values of type shop.Total cannot be read: component note (String) was not stored and"
                                + " has no default; write: @Default(\"\") String note");
        assertThatThrownBy(() -> run(version(NEW.replace("@Renamed(from = \"SHORT\") ", "")), "1g", List.of(List.of())))
                .isInstanceOf(CodecException.class)
                .hasMessage(
                        "enum shop.Kind has no constant SHORT any more, and stored data uses it; put it back, or write"
                                + " @Renamed(from = \"SHORT\") on the constant that took its place");
        String oneKey = NEW.replace("@Renamed(from = \"name\") String word", "@Default(\"\") String word")
                .replace("int length", "@Default(\"0\") @Renamed(from = \"size\") int size")
                .replace("@Renamed(from = \"SHORT\") LETTER, LONG }", "@Renamed(from = {\"SHORT\", \"LONG\"}) LETTER }")
                .replace("w.length() > 1 ? Kind.LONG : Kind.LETTER", "Kind.LETTER");
        assertThatThrownBy(() -> run(version(oneKey), "1g", List.of(List.of())))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(
                        "the state totals cannot be upgraded: two of its keys become Key[kind=LETTER, region=eu, size=0,"
                                + " word=]; bring back what told them apart, or give the state another name");
        String bad = NEW.replace(
                        "record Total(@Default(\"new\") String note, long count) {}",
                        "class Total { final String note; final long count; Total(long n, String s) { note = s; count = n; }"
                                + " long count() { return count; } }")
                .replace("new Total(\"n\", n)", "new Total(n, \"\")");
        assertThatThrownBy(() -> run(version(bad), "1g", List.of(List.of())))
                .isInstanceOf(InvalidProgramException.class)
                .hasMessage(
                        "This program cannot be started:\n  - the class shop.Total cannot be stored or sent: it has no"
                                + " constructor Total(String, long) that takes its fields in their order; add it, or make the class"
                                + " a record");
        assertThat(Files.readAllBytes(directory.resolve("checkpoint/journal/0000000001")))
                .isEqualTo(journal);
        assertThat(directory.resolve("checkpoint/journal/0000000002")).doesNotExist();
    }

    @Test
    void shouldWidenAStateThatIsANumber() throws Exception {
        String counts = "public class Program { public static void build(StreamingContext ssc, DStream<String> words) {"
                + " words.mapToPair(w -> Tuple2.of(w, 1)).updateStateByKey(StateType.of(\"n\", TYPE.class), (ones, n) ->"
                + " ones.isEmpty() ? n : Optional.of((TYPE) (ones.size() + n.orElse((TYPE) 0))))"
                + ".foreachRDD(rdd -> { SEEN.add(rdd.collect().toString()); }); }"
                + " public static final List<String> SEEN = new ArrayList<>(); }";
        String integer = counts.replace("(TYPE)", "(int)").replace("TYPE", "Integer");
        String longs = counts.replace("(TYPE)", "(long)").replace("TYPE", "Long");
        run(version(integer), "1g", List.of(List.of("a", "b")));
        assertThat(run(version(longs), "1g", List.of(List.of(), List.of("a")))).endsWith("[(a,2), (b,1)]");
        assertThatThrownBy(() -> run(version(integer), "1g", List.of(List.of())))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(
                        "the state n holds a value of type java.lang.Long, and the program says java.lang.Integer; write"
                                + " StateType.of(\"n\", Long.class), or give the new state another name");
    }

    private static void delete(Path path) throws IOException {
        List<Path> found;
        try (Stream<Path> all = Files.walk(path)) {
            found = new ArrayList<>(all.toList());
        }
        java.util.Collections.reverse(found);
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
