/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import dev.millrace.streaming.CheckpointInfo;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StreamingContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunTest {
    private static final String HELP = "'millrace run --help' shows the options and examples.\n";

    @TempDir
    private Path directory;

    private String file(String name, String source) throws IOException {
        return Files.writeString(directory.resolve(name), source).toString();
    }

    private static CommandRun run(String... arguments) {
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        try {
            return CommandRun.of(arguments);
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    @Test
    void shouldRunTheProgramWithItsArgumentsOnTheClassPathOfMillrace() throws IOException {
        Path result = directory.resolve("result");
        String program = file("Counts.java", """
                package some.where;
                import dev.millrace.streaming.*;
                import java.nio.file.*;
                import java.util.*;
                class Helper {}
                public class Counts {
                    public static void main(String[] args) throws Exception {
                        List<Long> counts = new ArrayList<>();
                        try (StreamingContext ssc = StreamingContext.local(Durations.seconds(1))) {
                            Queue<dev.millrace.rdd.RDD<Integer>> queue = new LinkedList<>();
                            queue.add(ssc.millraceContext().parallelize(List.of(1, 2, 3)));
                            ssc.queueStream(queue).foreachRDD(rdd -> { counts.add(rdd.count()); });
                            ssc.runBatches(2);
                        }
                        Files.writeString(Path.of(args[0]), counts + " " + args[1] + " " + args[2]);
                    }
                }
                """);

        CommandRun run = run("run", program, result.toString(), "--help", "@" + program);

        assertThat(run).isEqualTo(new CommandRun(0, "", ""));
        assertThat(result).hasContent("[3, 0] --help @" + program);
    }

    @Test
    void shouldShowTheLineWhenTheProgramDoesNotCompile() throws IOException {
        String program = file("Bad.java", "public class Bad {\n    int x = \"no\";\n}\n");

        assertThat(run("run", program))
                .isEqualTo(new CommandRun(
                        1,
                        "",
                        "millrace: " + program
                                + " does not compile:\n\n"
                                + "Bad.java:2: incompatible types: java.lang.String cannot be converted to int\n"
                                + "    int x = \"no\";\n"
                                + "            ^\n"));
    }

    @Test
    void shouldShowTheStackAndFailWhenTheProgramThrows() throws IOException {
        String program = file(
                "Throws.java",
                "public class Throws { public static void main(String[] a) { throw new IllegalStateException(\"oh\"); } }");

        CommandRun run = run("run", program);

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).isEqualTo("java.lang.IllegalStateException: oh\n\tat Throws.main(Throws.java:1)\n");
    }

    private static final String STREAM = """
            import dev.millrace.MillraceConf;
            import dev.millrace.streaming.*;
            public class Stream {
                static int parse(String line) {
                    throw new IllegalArgumentException("no number: " + line);
                }
                public static void main(String[] a) {
                    MillraceConf conf = new MillraceConf().setMaster("local[1]").set("millrace.task.maxAttempts", "1");
                    try (StreamingContext ssc = new StreamingContext(conf, Durations.seconds(1))) {
                        var lines = ssc.textFileStream(a[0], false).named("lines");
                        lines.map(Stream::parse).print();
                        OPERATION
                        ssc.runBatches(1);
                    }
                }
            }
            """;

    @Test
    void shouldSayInASentenceAndWithTheProgramsLineWhyAProgramIsRefused() throws IOException {
        String window = "ssc.checkpoint(a[0] + \"/state\"); lines.window(Durations.seconds(2)).print();";
        String program = file("Stream.java", STREAM.replace("OPERATION", window));

        assertThat(run("run", program, directory.toString())).isEqualTo(new CommandRun(1, "", """
                        millrace: With a checkpoint directory, everything that is kept needs a name of its own:
                          - window at Stream.java:12 has no name; add .named("window-2")
                        \tat Stream.main(Stream.java:13)
                        """));
    }

    @Test
    void shouldNameTheOptionWhenTheCheckpointIsInUse() throws IOException {
        String program = file("Stream.java", STREAM.replace("OPERATION", "ssc.checkpoint(a[0] + \"/state\");"));
        Path state = directory.resolve("state");
        MillraceConf conf = new MillraceConf().setMaster("local[1]");
        try (StreamingContext owner = new StreamingContext(conf, Durations.seconds(1))) {
            owner.checkpoint(state.toString());
            owner.textFileStream(directory.toString(), false).named("lines").print();
            owner.runBatches(0);

            assertThat(run("run", program, directory.toString())).isEqualTo(new CommandRun(1, "", """
                        millrace: the checkpoint %s is in use by the context "millrace" of this process since %s; \
                        stop it, or take the checkpoint from it with --takeover (millrace.streaming.checkpoint.takeover=true)
                        \tat Stream.main(Stream.java:13)
                        """.formatted(
                    state, CheckpointInfo.read(state).owner().orElseThrow().replaceAll(".* since ", ""))));
        }
    }

    @Test
    void shouldShowTheStackOfTheFunctionOnlyWhenABatchFails() throws IOException {
        String program = file("Stream.java", STREAM.replace("OPERATION", ""));
        Files.createDirectory(directory.resolve("in"));
        Files.writeString(directory.resolve("in/a.txt"), "x\n");

        CommandRun run = run("run", program, directory.resolve("in").toString());

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).isEqualTo("""
                millrace: batch 1000 ms failed: task 0 of map at Stream.java:11 failed once: the function given to map at Stream.java:11 threw java.lang.IllegalArgumentException: no number: x; correct the function, or filter out the records that it cannot take
                The program has stopped; without a checkpoint directory this batch is not run again.
                Caused by: java.lang.IllegalArgumentException: no number: x
                \tat Stream.parse(Stream.java:5)
                """);
    }

    @Test
    void shouldSayThatTheContextWasNeverStarted() throws IOException {
        String program = file("Idle.java", """
                import dev.millrace.streaming.*;
                public class Idle {
                    public static void main(String[] a) {
                        try (StreamingContext ssc = StreamingContext.local(Durations.seconds(1))) {
                            ssc.textFileStream(a[0]).print();
                        }
                    }
                }
                """);

        assertThat(run("run", program, directory.toString()))
                .isEqualTo(new CommandRun(
                        0,
                        "",
                        "millrace: Idle.java has come to the end of main, and StreamingContext at Idle.java:4 was never"
                                + " started, so its outputs have not run; call start() and then awaitTermination(), or"
                                + " runBatches(n)\n"));
    }

    @Test
    void shouldTellAFailureOnceAndWithoutFramesOfMillraceAboveTheProgramsOwn() throws IOException {
        String program =
                file("Stream.java", STREAM.replace("OPERATION", "").replace("runBatches(1)", "runAvailable()"));
        Files.createDirectory(directory.resolve("in"));
        Files.writeString(directory.resolve("in/a.txt"), "x\n");

        CommandRun run = run("run", program, directory.resolve("in").toString());

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err().replaceAll("\\d{4}-\\S+T\\S+Z", "TIME").replaceAll("batch \\d+ ms", "batch 1 ms"))
                .matches("""
                        (?s)TIME INFO  "millrace" started on local\\[1\\], a batch each 1 s, no checkpoint
                        TIME ERROR "millrace" ends by itself: batch 1 ms failed: task 0 of map at [^\\n]+
                        The program has stopped; without a checkpoint directory this batch is not run again.
                        java.lang.IllegalArgumentException: no number: x
                        \tat Stream.parse\\(Stream.java:5\\)
                        TIME INFO  "millrace" stopped after [^\\n]+; it failed
                        millrace: the program has ended with the failure above
                        \tat Stream.main\\(Stream.java:13\\)
                        """);
    }

    @Test
    void shouldShowTheProgramsLineWhenItsCallIsRefused() throws IOException {
        String program = file("Zero.java", """
                import dev.millrace.streaming.*;
                public class Zero {
                    public static void main(String[] a) {
                        StreamingContext.local(Durations.milliseconds(0));
                    }
                }
                """);

        assertThat(run("run", program))
                .isEqualTo(new CommandRun(
                        1,
                        "",
                        "millrace: a batch interval of 0 ms; it must be at least 1 ms, such as Durations.seconds(1)\n"
                                + "\tat Zero.main(Zero.java:4)\n"));
    }

    @Test
    void shouldShowThePathOfEachBatchWhenItIsAsked() throws IOException {
        String program = file("Stream.java", STREAM.replace("OPERATION", "").replace("Stream::parse", "x -> x"));

        CommandRun run = run("run", "--trace", program, directory.toString());

        assertThat(run.code()).isZero();
        assertThat(run.err().lines())
                .anyMatch(line -> line.matches("\\S+Z DEBUG batch 1000 ms \\[take\\] taken: \\[lines\\]"))
                .anyMatch(line -> line.matches("\\S+Z DEBUG batch 1000 ms \\[publish\\] retired; .*"));
        assertThat(run("run", program, directory.toString()).err()).isEmpty();
    }

    @Test
    void shouldSeeTheFilesNextToTheProgramAndThoseOfItsPackages() throws IOException {
        Files.createDirectories(directory.resolve("shop/util"));
        file(
                "shop/util/Text.java",
                "package shop.util; public class Text { public static String x() { return \"x\"; } }");
        file("shop/Next.java", "package shop; class Next { static String y() { return shop.util.Text.x() + \"y\"; } }");
        file("shop/Unused.java", "package shop; this is not Java");
        String program = file(
                "shop/Main.java",
                "package shop; public class Main { public static void main(String[] a) {"
                        + " throw new IllegalStateException(Next.y()); } }");

        assertThat(run("run", program).err()).startsWith("java.lang.IllegalStateException: xy\n\tat shop.Main.main");
    }

    @Test
    void shouldNameTheFileNextToTheProgramThatDoesNotCompile() throws IOException {
        file("Next.java", "class Next {\n    int x = \"no\";\n}\n");
        String program = file("Main.java", "public class Main { public static void main(String[] a) { new Next(); } }");

        assertThat(run("run", program).err())
                .isEqualTo("millrace: " + program + " does not compile:\n\n"
                        + "Next.java:2: incompatible types: java.lang.String cannot be converted to int\n"
                        + "    int x = \"no\";\n"
                        + "            ^\n");
    }

    @Test
    void shouldRunAFileWhoseCommentsAreNotUtf8() throws IOException {
        Path program = Files.write(
                directory.resolve("Latin.java"),
                "public class Latin { /* \u00fc */ public static void main(String[] a) {} }"
                        .getBytes(StandardCharsets.ISO_8859_1));

        assertThat(run("run", program.toString())).isEqualTo(new CommandRun(0, "", ""));
    }

    @Test
    void shouldRefuseAClassPathThatDoesNotExist() throws IOException {
        String program = file("Empty.java", "public class Empty {}");
        String lib = directory.resolve("lib").toString();
        String invalid = "millrace: Invalid value for option '--class-path': '";

        assertThat(run("run", "-cp", lib + "/a.jar", program))
                .isEqualTo(new CommandRun(2, "", invalid + lib + "/a.jar' does not exist; correct the path\n" + HELP));
        assertThat(run("run", "-cp", lib + "/*", program).err())
                .isEqualTo(invalid + lib + "/*': " + lib + "/ is no directory that can be read; correct the path\n"
                        + HELP);
        Files.createDirectory(directory.resolve("lib"));
        assertThat(run("run", "-cp", lib + "/*", program).err())
                .isEqualTo(invalid + lib + "/*': there is no jar in " + lib
                        + "/; correct the path, or name the directory itself for the classes in it\n" + HELP);
    }

    @Test
    void shouldFindWhatIsInTheJarsOfAWildcard() throws IOException {
        Path lib = Files.createDirectory(directory.resolve("lib"));
        String parser = file("Parser.java", "public class Parser { public static void main(String[] a) {} }");
        Files.copy(CompiledProgram.of(Path.of(parser), ClassPath.NONE).jar(), lib.resolve("parser.jar"));
        Files.delete(Path.of(parser));
        String program =
                file("Main.java", "public class Main { public static void main(String[] a) { Parser.main(a); } }");

        assertThat(run("run", "-cp", lib + "/*", program)).isEqualTo(new CommandRun(0, "", ""));
    }

    @Test
    void shouldRunAFileWithoutAClassOrSayWhichJavaCan() throws IOException {
        String program = file("Compact.java", "void main() {\n    throw new IllegalStateException(\"ran\");\n}\n");
        int java = Runtime.version().feature();

        CommandRun run = run("run", program);

        assertThat(run.code()).isEqualTo(1);
        if (java >= 25) {
            assertThat(run.err())
                    .isEqualTo("java.lang.IllegalStateException: ran\n\tat Compact.main(Compact.java:2)\n");
        } else {
            assertThat(run.err())
                    .startsWith("millrace: " + program + " does not compile:\n\nCompact.java:1: ")
                    .endsWith("\n\nMethods without a class around them need JDK 25, and this is JDK " + java
                            + "; write a class around them, or set JAVA_HOME to a JDK 25.\n");
        }
    }

    @Test
    void shouldAdviseSparkWhenTheMasterAsksForIt() throws IOException {
        String program = file("Stream.java", STREAM.replace("OPERATION", "").replace("local[1]", "spark:local[2]"));

        assertThat(run("run", program, directory.toString()))
                .isEqualTo(new CommandRun(
                        1,
                        "",
                        "millrace: The master cannot be used:\n  - master \"spark:local[2]\" runs on Spark, and the Spark"
                                + " module is not on the class path; run it with --spark before the file, as in"
                                + " 'millrace run --spark Counts.java'\n\tat Stream.main(Stream.java:9)\n"));
    }

    @Test
    void shouldSayWhatIsMissingWhenThereIsNoMainMethodOrNoFile() throws IOException {
        String program = file("Empty.java", "public class Empty {}");

        assertThat(run("run", program).err())
                .isEqualTo(
                        "millrace: " + program + " has no main method; add public static void main(String[] args)\n");
        assertThat(run("run", "nowhere.java"))
                .isEqualTo(new CommandRun(2, "", "millrace: nowhere.java does not exist; correct the path\n" + HELP));
    }
}
