/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The script in the repository's root, run by bash as a person would; it builds into its own folders. */
@Tag("full")
class ScriptTest {
    private static final Path SCRIPT =
            Path.of("..", "millrace").toAbsolutePath().normalize();

    @TempDir
    private Path directory;

    private ProcessBuilder script(String... arguments) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("/bin/bash", SCRIPT.toString());
        builder.command().addAll(java.util.List.of(arguments));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.redirectInput(Files.writeString(directory.resolve("stdin"), "").toFile());
        builder.redirectOutput(directory.resolve("stdout").toFile());
        builder.redirectError(directory.resolve("stderr").toFile());
        return builder;
    }

    private CommandRun finish(ProcessBuilder builder) throws Exception {
        Process process = builder.start();
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        return new CommandRun(
                process.exitValue(),
                Files.readString(directory.resolve("stdout")),
                Files.readString(directory.resolve("stderr")));
    }

    /** A path on which the given tools are, and bash's usual ones, but no Java and no Maven. */
    private String pathWithoutJava() throws IOException {
        Path tools = Files.createDirectory(directory.resolve("tools"));
        for (String tool : new String[] {"dirname", "readlink", "grep", "find", "mkdir", "touch", "rm", "mv", "tail"}) {
            String found = Files.exists(Path.of("/usr/bin", tool)) ? "/usr/bin/" + tool : "/bin/" + tool;
            Path wrapper = Files.writeString(tools.resolve(tool), "#!/bin/bash\nexec " + found + " \"$@\"\n");
            assertThat(wrapper.toFile().setExecutable(true)).isTrue();
        }
        return tools.toString();
    }

    @Test
    void shouldPrintFiveBatchesAndNothingElseWhenTheDemoRuns() throws Exception {
        finish(script("--version")); // builds what is missing
        CommandRun run = finish(script("demo"));

        assertThat(run.code()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out().lines().filter(line -> line.startsWith("Time: "))).hasSize(5);
        assertThat(run.out().lines().filter(line -> line.startsWith("(")).toList())
                .hasSize(50)
                .startsWith("(0,100)", "(1,100)", "(2,100)", "(3,100)", "(4,100)", "(5,100)", "(6,100)")
                .endsWith("(8,100)", "(9,100)");
        assertThat(run.out().lines()).hasSize(5 * 14);
    }

    @Test
    void shouldPassOnTheExitCodeWhenAProgramRuns() throws Exception {
        Path program = directory.resolve("Seven.java");
        Files.writeString(program, "public class Seven { public static void main(String[] a) { System.exit(7); } }");

        assertThat(finish(script("run", program.toString())).code()).isEqualTo(7);
    }

    @Test
    void shouldSayHowToNameAnotherDirectoryWhenTheCompiledProgramCannotBeWritten() throws Exception {
        finish(script("--version")); // builds what is missing
        Path program = Files.writeString(
                directory.resolve("Fine.java"), "class Fine { public static void main(String[] a) {} }");
        ProcessBuilder builder = script("run", program.toString());
        builder.environment().put("MILLRACE_JAVA_OPTS", "-Djava.io.tmpdir=/nowhere");

        CommandRun run = finish(builder);

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err())
                .startsWith("millrace: the compiled program cannot be written to /nowhere: java.nio.file.NoSuchFile")
                .endsWith("; make room there, or name another directory by MILLRACE_JAVA_OPTS=-Djava.io.tmpdir=DIR\n");
    }

    @Test
    void shouldRunTheTypedDemoWhenItIsPipedIntoTheShell() throws Exception {
        ProcessBuilder builder = script("shell");
        Files.writeString(directory.resolve("stdin"), """
                var queue = new LinkedList<RDD<Integer>>()
                for (int i = 0; i < 5; i++) queue.add(sc.parallelize(numbers(1, 1000), 10))
                ssc.queueStream(queue).mapToPair(x -> Tuple2.of(x % 10, 1)).reduceByKey((a, b) -> a + b, 10).print()
                ssc.runBatches(5)
                """);

        CommandRun run = finish(builder);

        assertThat(run.code()).isZero();
        assertThat(run.out()).startsWith("-".repeat(43) + "\nTime: 1000 ms\n");
        assertThat(run.out().lines().filter(line -> line.endsWith(",100)"))).hasSize(50);
    }

    /** It was written behind the prompt and behind the text that was being typed, and neither came again. */
    @Test
    @Timeout(120) // it would wait for ever
    void shouldDrawThePromptAgainBelowWhatABatchPrints() throws Exception {
        finish(script("--version")); // builds what is missing
        ProcessBuilder builder = script();
        builder.command("script", "-qfec", "stty cols 80 rows 24; exec /bin/bash " + SCRIPT + " shell", "/dev/null");
        builder.redirectInput(ProcessBuilder.Redirect.PIPE).redirectOutput(ProcessBuilder.Redirect.PIPE);
        Process process = builder.start();
        StringBuilder screen = new StringBuilder();
        try (Reader out = process.inputReader();
                Writer in = process.outputWriter()) {
            readUntil("jshell> $", out, screen);
            type("ssc.queueStream(new LinkedList<>(), true, sc.parallelize(numbers(7, 7))).print(); ssc.start()\n", in);
            readUntil("\\n7\\n\\njshell> $", out, screen);
            type("int half = 1", in);
            readUntil("\\n7\\n\\njshell> int half = 1$", out, screen);
            type("2\n/exit\n", in);
            readUntil("half ==> 12\\n", out, screen);
            assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.destroy();
        }
        assertThat(process.exitValue()).isZero();
    }

    private static void type(String text, Writer in) throws IOException {
        in.write(text);
        in.flush();
    }

    /** Reads on until what stands on the terminal matches, without what only moves the cursor. */
    private static void readUntil(String pattern, Reader out, StringBuilder screen) throws IOException {
        Pattern expected = Pattern.compile(pattern);
        char[] some = new char[1000];
        do {
            int count = out.read(some);
            assertThat(count).as("the terminal has ended after %s", screen).isPositive();
            screen.append(some, 0, count);
        } while (!expected.matcher(screen.toString().replaceAll("\033\\[[?\\d;]*[A-Za-z]|\033[=>]|\r", ""))
                .find());
    }

    @Test
    void shouldFailWhenWhatIsPipedIntoTheShellFails() throws Exception {
        ProcessBuilder builder = script("shell");
        Files.writeString(directory.resolve("stdin"), "foo.bar()\nssc.start()\nSystem.out.println(6 * 7)\n");

        CommandRun run = finish(builder);

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out()).isEqualTo("42\n");
        assertThat(run.err())
                .contains("cannot find symbol\n", "variable foo\n", "This program cannot be started:\n")
                .doesNotContain("at Driver");
    }

    @Test
    void shouldFinishTheBatchAndFlushWhenTheWordCountIsTerminated() throws Exception {
        Path in = Files.createDirectory(directory.resolve("in"));
        Files.writeString(in.resolve("a"), "x y x\n");
        finish(script("--version")); // builds what is missing
        ProcessBuilder builder = script("wordcount", "-v", "--files", in.toString(), "--batch", "100ms");
        builder.redirectOutput(ProcessBuilder.Redirect.PIPE);
        Process process = builder.start();

        try (BufferedReader out = process.inputReader()) {
            assertThat(out.readLine()).startsWith("# ");
            assertThat(out.readLine()).isEqualTo("2\tx");
            assertThat(out.readLine()).isEqualTo("1\ty");
            process.toHandle().destroy(); // SIGTERM
            assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        }

        assertThat(process.exitValue()).isEqualTo(143);
        assertThat(directory.resolve("stderr"))
                .content()
                .containsPattern("batch \\d+ ms \\(\\S+Z\\): 1 record \\(10 records/s\\), processing ")
                .containsPattern("INFO  \"millrace wordcount\" stopped after .*; FINISHED\\n")
                .doesNotContain("Exception");
    }

    @Test
    void shouldKeepTheLevelOfTheLogWhileItIsTerminated() throws Exception {
        finish(script("--version")); // builds what is missing
        Path program = Files.writeString(directory.resolve("Levels.java"), """
                import java.util.logging.*;
                public class Levels {
                    static final Logger OURS = Logger.getLogger("dev.millrace");
                    public static void main(String[] args) {
                        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                            LogManager.getLogManager().reset(); // as a hook of Java does
                            System.out.println(OURS.getLevel() + " " + Logger.getLogger("").getHandlers().length);
                        }));
                    }
                }
                """);

        assertThat(finish(script("run", "-v", program.toString())).out()).isEqualTo("FINE 1\n");
    }

    @Test
    void shouldCountStandardInputAndEndWithIt() throws Exception {
        ProcessBuilder builder = script("wordcount", "--stdin");
        Files.writeString(directory.resolve("stdin"), "x y x\nüber x");

        CommandRun run = finish(builder);

        assertThat(run.code()).isZero();
        assertThat(run.out()).matches("# \\d+ ms \\(\\S+Z\\)\n3\tx\n1\ty\n1\tüber\n\n");
        assertThat(run.err()).contains(": 2 records (2 records/s), processing ").doesNotContain("Exception");
    }

    @Test
    void shouldEndSoonWhenItIsTerminatedWhileStandardInputIsOpen() throws Exception {
        finish(script("--version")); // builds what is missing
        ProcessBuilder builder = script("wordcount", "--stdin", "--batch", "100ms");
        builder.redirectInput(ProcessBuilder.Redirect.PIPE).redirectOutput(ProcessBuilder.Redirect.PIPE);
        Process process = builder.start();

        try (BufferedReader out = process.inputReader();
                Writer in = process.outputWriter()) {
            in.write("x\n");
            in.flush();
            assertThat(out.readLine()).startsWith("# ");
            assertThat(out.readLine()).isEqualTo("1\tx");
            process.toHandle().destroy(); // SIGTERM
            assertThat(process.waitFor(8, TimeUnit.SECONDS)).isTrue();
        }

        assertThat(process.exitValue()).isEqualTo(143);
        assertThat(directory.resolve("stderr")).content().doesNotContain("Exception");
    }

    @Test
    void shouldCountWhatAServerSends() throws Exception {
        finish(script("--version")); // builds what is missing
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            server.setSoTimeout(60_000);
            ProcessBuilder builder =
                    script("wordcount", "--socket", "127.0.0.1:" + server.getLocalPort(), "--batch", "100ms");
            Process process =
                    builder.redirectOutput(ProcessBuilder.Redirect.PIPE).start();
            try (BufferedReader out = process.inputReader()) {
                try (Socket client = server.accept()) {
                    client.getOutputStream().write("x y\nx".getBytes(StandardCharsets.UTF_8));
                }
                String line = out.readLine();
                assertThat(line).startsWith("# ");
                for (; !line.equals("2\tx"); line = out.readLine()) {
                    assertThat(line).isNotNull(); // the last line may come in a batch of its own
                }
            } finally {
                process.toHandle().destroy(); // SIGTERM
            }
            assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
            assertThat(process.exitValue()).isEqualTo(143);
        }
        assertThat(directory.resolve("stderr"))
                .content()
                .containsPattern("(?m)^\\S+Z WARN  receiver \"socket\" restarts: the connection to 127.0.0.1:")
                .doesNotContain("Exception");
    }

    @Test
    void shouldRehearseAndReplayAProgramOnSpark() throws Exception {
        Path in = Files.createDirectory(directory.resolve("in"));
        Files.writeString(in.resolve("a"), "x\ny\n");
        Path program = Files.writeString(directory.resolve("Shout.java"), """
                import dev.millrace.*;
                import dev.millrace.streaming.*;
                public class Shout {
                    public static void main(String[] args) throws Exception {
                        MillraceConf conf = new MillraceConf().setMaster("spark:local[2]");
                        try (StreamingContext ssc = new StreamingContext(conf, Durations.seconds(1))) {
                            ssc.checkpoint(args[0] + "/state");
                            ssc.textFileStream(args[0] + "/in", false).named("lines")
                                    .map(line -> line.toUpperCase())
                                    .to(StreamingContext.textFiles(args[0] + "/out")).named("files");
                            ssc.runAvailable();
                        }
                    }
                }
                """);
        String main = program.toString();
        String state = directory.resolve("state").toString();
        assertThat(finish(script("run", "--spark", main, directory.toString())).code())
                .isZero();
        String batch;
        try (Stream<Path> batches = Files.list(directory.resolve("out"))) {
            batch = batches.map(path -> path.getFileName().toString())
                    .filter(name -> name.startsWith("batch-"))
                    .findFirst()
                    .orElseThrow()
                    .substring("batch-".length());
        }

        CommandRun plan = finish(script("checkpoint", "plan", "--spark", state, "--", main, directory.toString()));
        CommandRun replay = finish(
                script("replay", "--spark", state, "--batch", batch, "--diff", "--", main, directory.toString()));

        assertThat(plan.out()).startsWith("checkpoint " + state + "\n").endsWith("The program would start.\n");
        assertThat(plan.code()).isZero();
        assertThat(replay.out())
                .startsWith("batch " + batch + " ms (" + Instant.ofEpochMilli(Long.parseLong(batch)) + ") run again\n")
                .endsWith("): 2 records, as published\n");
        assertThat(replay.code()).isZero();
    }

    @Test
    void shouldSayWhatToInstallWhenThereIsNoJava() throws Exception {
        ProcessBuilder builder = script("demo");
        builder.environment().remove("JAVA_HOME");
        builder.environment().put("PATH", pathWithoutJava());

        assertThat(finish(builder))
                .isEqualTo(new CommandRun(
                        1,
                        "",
                        "millrace: no Java found; install JDK 17 or newer (such as: apt-get install"
                                + " openjdk-17-jdk-headless)\n"));
    }

    @Test
    void shouldSayWhatToInstallWhenJavaIsTooOld() throws Exception {
        Path home = Files.createDirectories(directory.resolve("jdk11/bin")).getParent();
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"11.0.2\"\n");
        assertThat(Files.writeString(home.resolve("bin/java"), "").toFile().setExecutable(true))
                .isTrue();
        ProcessBuilder builder = script("demo");
        builder.environment().put("JAVA_HOME", home.toString());

        assertThat(finish(builder))
                .isEqualTo(new CommandRun(
                        1,
                        "",
                        "millrace: " + home + " is Java 11; install JDK 17 or newer (such as: apt-get install"
                                + " openjdk-17-jdk-headless) and set JAVA_HOME to it\n"));
    }

    @Test
    void shouldSayWhatToInstallWhenMavenIsNeededAndMissing() throws Exception {
        Path copy = Files.createDirectory(directory.resolve("clone"));
        Files.copy(SCRIPT, copy.resolve("millrace"));
        ProcessBuilder builder = script("demo");
        builder.command().set(1, copy.resolve("millrace").toString());
        builder.environment().putAll(Map.of("PATH", pathWithoutJava()));

        assertThat(finish(builder))
                .isEqualTo(new CommandRun(
                        1,
                        "",
                        "millrace: Maven is needed to build Millrace; install Maven 3.8 or newer (such as: apt-get"
                                + " install maven)\n"));
    }

    /** A clone with the script alone, a Maven that is the given script, and a Java that prints its last argument. */
    private ProcessBuilder scriptBuiltBy(String maven, String... arguments) throws IOException {
        Path clone = Files.createDirectories(directory.resolve("clone"));
        Files.copy(SCRIPT, clone.resolve("millrace"), StandardCopyOption.REPLACE_EXISTING);
        for (String module : new String[] {".", "core", "cli"}) {
            Files.createDirectories(clone.resolve(module).resolve("src/main"));
            if (!Files.exists(clone.resolve(module).resolve("pom.xml"))) {
                Files.createFile(clone.resolve(module).resolve("pom.xml"));
            }
        }
        Path tools = Files.createDirectories(directory.resolve("own tools"));
        Path bin = Files.createDirectories(directory.resolve("jdk/bin"));
        Files.writeString(bin.resolveSibling("release"), "JAVA_VERSION=\"17.0.1\"\n");
        executable(bin.resolve("java"), "echo \"${@: -1}\"\n");
        executable(bin.resolve("javac"), "");
        executable(tools.resolve("mvn"), maven);
        ProcessBuilder builder = script(arguments);
        builder.command().set(1, clone.resolve("millrace").toString());
        builder.environment().put("JAVA_HOME", bin.getParent().toString());
        builder.environment().put("PATH", tools + ":" + builder.environment().get("PATH"));
        return builder;
    }

    private static void executable(Path file, String text) throws IOException {
        Files.writeString(file, "#!/bin/bash\nset -e\n" + text);
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    private static final String BUILD = """
            mkdir -p core/target/launcher cli/target/launcher/lib
            echo whole >cli/target/launcher/millrace-cli-0.1.0.jar
            echo whole >cli/target/launcher/lib/millrace-core-0.1.0.jar
            """;

    @Test
    void shouldBuildFromTheBeginningWhenABuildWasBrokenOff() throws Exception {
        String maven = """
                if [[ -e core/target/launcher/half.jar ]]; then exit 1; fi # it would be taken for a whole one
                if [[ ! -e ../broken ]]; then
                  mkdir -p core/target/launcher
                  touch core/target/launcher/half.jar ../broken
                  kill -9 $$
                fi
                """ + BUILD;

        assertThat(finish(scriptBuiltBy(maven, "demo")).code()).isEqualTo(1);

        assertThat(finish(scriptBuiltBy(maven, "demo")))
                .isEqualTo(new CommandRun(0, "demo\n", "building Millrace (first time only, about a minute)...\n"));
    }

    @Test
    void shouldWaitForAnotherProcessThatBuilds() throws Exception {
        String maven = "echo $$ >>../builds\n" + BUILD + "while [[ ! -e ../go ]]; do sleep 0.1; done\n";
        ProcessBuilder first = scriptBuiltBy(maven, "first");
        ProcessBuilder second =
                scriptBuiltBy(maven, "second"); // writes Maven's script, which must not change while it runs
        first.redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectError(ProcessBuilder.Redirect.PIPE);
        Process builds = first.start();
        Path started = directory.resolve("clone/target/launcher/command.started");
        try (BufferedReader err = builds.errorReader()) {
            assertThat(err.readLine()).startsWith("building Millrace");
            Path marker = directory.resolve("builds");
            while (!Files.exists(marker) || Files.size(marker) == 0) {
                Thread.onSpinWait();
            }
            Process waits = second.redirectError(ProcessBuilder.Redirect.PIPE).start();
            try (BufferedReader told = waits.errorReader()) {
                assertThat(told.readLine())
                        .isEqualTo("waiting for process "
                                + Files.readString(directory.resolve("builds")).strip()
                                + ", which builds Millrace (if it does not, delete " + started + ")...");
                Files.createFile(directory.resolve("go"));
                assertThat(waits.waitFor(1, TimeUnit.MINUTES)).isTrue();
                assertThat(told.readLine()).isNull();
            }
            assertThat(builds.waitFor(1, TimeUnit.MINUTES)).isTrue();
            assertThat(builds.exitValue()).isZero();
        }
        assertThat(directory.resolve("stdout")).hasContent("second");
        assertThat(Files.readAllLines(directory.resolve("builds"))).hasSize(1);
    }
}
