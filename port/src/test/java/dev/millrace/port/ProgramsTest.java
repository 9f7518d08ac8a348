/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.port;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs for Spark Streaming compile, run and give the right results after the recipe, and after edits that it marked. */
class ProgramsTest {
    private static final Pattern COUNT = Pattern.compile("\\((\\w+),(\\d+)\\)");

    @TempDir
    Path directory;

    private Path classes(String name, Edit... edits) throws IOException {
        return Edit.compiled(name, directory, edits);
    }

    /** Adds up what print has shown. */
    private static Map<String, Integer> sums(Collection<String> lines) {
        Map<String, Integer> sums = new TreeMap<>();
        for (String line : lines) {
            Matcher count = COUNT.matcher(line);
            if (count.matches()) {
                sums.merge(count.group(1), Integer.valueOf(count.group(2)), Integer::sum);
            }
        }
        return sums;
    }

    @Test
    void shouldPortTheNetworkWordCount() throws Exception {
        Path classes = classes("NetworkWordCount");
        try (LineServer server = new LineServer();
                RunningProgram program = new RunningProgram("NetworkWordCount", classes, "127.0.0.1", server.port())) {
            server.accept();
            server.send("to be or not to be", "that is it");
            program.until(line -> line.startsWith("(it,"));
            assertThat(sums(program.stop()))
                    .isEqualTo(Map.of("to", 2, "be", 2, "or", 1, "not", 1, "that", 1, "is", 1, "it", 1));
        }
    }

    @Test
    void shouldPortTheStatefulWordCount() throws Exception {
        Path classes = classes("StatefulWordCount");
        String checkpoint = directory.resolve("checkpoint").toString();
        for (int run = 1; run <= 2; run++) {
            try (LineServer server = new LineServer();
                    RunningProgram program =
                            new RunningProgram("StatefulWordCount", classes, "127.0.0.1", server.port(), checkpoint)) {
                server.accept();
                server.send("hello streams");
                String total = "(hello," + (10 + run) + ")";
                String inAll = "in all: streams " + run + " at ";
                program.until(line -> line.startsWith(inAll));
                String helloInAll = "in all: hello " + run + " at ";
                assertThat(program.stop()).contains(total).anyMatch(line -> line.startsWith(helloInAll));
            }
        }
    }

    @Test
    void shouldPortTheQueueOfRdds() throws Exception {
        Path classes = classes("QueueStream");
        try (RunningProgram program = new RunningProgram("QueueStream", classes)) {
            int[] groups = {0};
            program.until(line -> line.startsWith("(1,1996)") && ++groups[0] == 3);
            List<String> lines = program.stop();
            for (int digit = 0; digit < 10; digit++) {
                assertThat(lines.stream().filter(("(" + digit + ",100)")::equals))
                        .hasSize(3);
            }
            assertThat(lines.stream().filter("(0,1994)"::equals)).hasSize(3);
        }
    }

    @Test
    void shouldPortSessionsByMapWithState() throws Exception {
        Path classes = classes("SessionsOfUsers");
        String checkpoint = directory.resolve("checkpoint").toString();
        try (LineServer server = new LineServer();
                RunningProgram program =
                        new RunningProgram("SessionsOfUsers", classes, "127.0.0.1", server.port(), checkpoint)) {
            server.accept();
            server.send("ann /start", "bob /start", "ann /cart", "ann /paid");
            program.until(line -> line.startsWith("bob: "));
            assertThat(program.stop()).contains("ann: 3 clicks, left at /paid", "bob: 1 clicks, left at /start");
        }
    }

    @Test
    void shouldPortTheRecoverableWordCount() throws Exception {
        Path classes = classes(
                "RecoverableWordCount",
                new Edit(
                        "old output is deleted by the first start alone",
                        "if (old.exists()) {",
                        "if (old.exists() && !Files.exists(Paths.get(checkpoint))) {"));
        Path output = directory.resolve("counts.txt");
        Files.writeString(output, "of an earlier program\n");
        String checkpoint = directory.resolve("checkpoint").toString();
        for (int run = 1; run <= 2; run++) {
            try (LineServer server = new LineServer();
                    RunningProgram program = new RunningProgram(
                            "RecoverableWordCount",
                            classes,
                            "127.0.0.1",
                            server.port(),
                            checkpoint,
                            output.toString())) {
                server.accept();
                server.send("the cat and a dog");
                program.until(line -> line.startsWith("at ") && line.contains("(dog,1)"));
                assertThat(program.stop()).contains("creating a new context");
            }
            assertThat(Files.readString(output))
                    .doesNotContain("of an earlier program")
                    .contains("(cat,1)", "(and,1)", "(dog,1)", "], left out 2")
                    .doesNotContain("(the,1)", "(a,1)");
            assertThat(Files.readAllLines(output)).hasSize(run);
        }
    }

    @Test
    void shouldPortEnrichmentByABroadcastTable() throws Exception {
        Path classes = classes("EnrichedClicks");
        Path table = Files.writeString(directory.resolve("countries.csv"), "ann,France\nbob,Italy\n");
        try (LineServer server = new LineServer();
                RunningProgram program =
                        new RunningProgram("EnrichedClicks", classes, "127.0.0.1", server.port(), table.toString())) {
            server.accept();
            server.send("ann", "bob", "eve", "ann");
            program.until(line -> line.startsWith("clicks {France=2, Italy=1, nowhere=1}, unknown 1"));
            program.stop();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Operations", "Inputs"})
    void shouldPortManyConstructsWithoutAMark(String name) throws Exception {
        Programs.compileForSpark(name, directory);
        String ported = Programs.ported(name);
        assertThat(ported).doesNotContain("TODO port").doesNotContain("apache.spark");
        Programs.compile(name, ported, directory);
    }
}
