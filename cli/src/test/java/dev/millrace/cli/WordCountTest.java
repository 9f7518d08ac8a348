/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WordCountTest {
    @TempDir
    private Path directory;

    private void file(String name, String text) throws IOException {
        Files.createDirectories(directory.resolve("in"));
        Files.writeString(directory.resolve("in").resolve(name), text);
    }

    private CommandRun wordCount(String... more) {
        List<String> arguments = new ArrayList<>(
                List.of("wordcount", "--files", directory.resolve("in").toString(), "--master", "local[2]"));
        arguments.addAll(List.of(more));
        return CommandRun.of(arguments.toArray(String[]::new));
    }

    @Test
    void shouldEqualAnIndependentCountWhenAllWordsAreAsked() throws IOException {
        Random random = new Random(7);
        Map<String, Integer> expected = new HashMap<>();
        for (int file = 0; file < 5; file++) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < 20_000; i++) {
                String word = "w" + (int) Math.pow(2000, random.nextDouble());
                expected.merge(word, 1, Integer::sum);
                text.append(word).append(random.nextInt(10) == 0 ? "\n" : random.nextInt(10) == 0 ? "\t  " : " ");
            }
            file("part-" + file, text.toString());
        }

        CommandRun run = wordCount("--once", "--top", "0");

        Map<String, Integer> counted = new HashMap<>();
        run.out().lines().map(line -> line.split("\t")).forEach(row -> counted.put(row[1], Integer.parseInt(row[0])));
        assertThat(run.code()).isZero();
        assertThat(counted).isEqualTo(expected);
    }

    @Test
    void shouldPrintTheMostFrequentWordsFirstAndEqualOnesByName() throws IOException {
        file("a", "b a c a\n");
        file("b", "d c b\n");

        CommandRun run = wordCount("--once", "--top", "3");

        assertThat(run.out()).isEqualTo("2\ta\n2\tb\n2\tc\n");
        assertThat(run.err())
                .matches("batch \\d+ ms \\(\\S+Z\\): 2 records, processing \\S+ s, scheduling \\S+ s,"
                        + " capacity \\S+ records/s, backlog 0 batches\\n");
    }

    @Test
    void shouldGoOnFromTheCheckpointWhenStartedAgain() throws IOException {
        String state = directory.resolve("state").toString();
        file("a", "x y\n");
        wordCount("--once", "--checkpoint", state);
        file("b", "x\n");

        CommandRun again = wordCount("--once", "--all", "--checkpoint", state);

        assertThat(again.out()).isEqualTo("2\tx\n1\ty\n");
    }

    @Test
    void shouldPrintTheTotalsAlsoIfNothingHasComeSince() throws IOException {
        String state = directory.resolve("state").toString();
        file("a", "x y x\n");
        wordCount("--once", "--checkpoint", state);

        for (int run = 0; run < 2; run++) {
            CommandRun again = wordCount("--once", "--checkpoint", state);
            assertThat(again).isEqualTo(new CommandRun(0, "2\tx\n1\ty\n", ""));
        }
        assertThat(wordCount("--once", "--window", "30s", "--checkpoint", directory + "/of windows")
                        .out())
                .isEqualTo("2\tx\n1\ty\n");
        assertThat(wordCount("--once", "--window", "30s", "--checkpoint", directory + "/of windows"))
                .isEqualTo(new CommandRun(0, "", "nothing has come since the last run, so no window is new\n"));
    }

    @Test
    void shouldCountTheWindowWhenOneIsAsked() throws IOException {
        file("a", "x y x\n");

        CommandRun run = wordCount("--once", "--window", "30s");

        assertThat(run.out()).isEqualTo("2\tx\n1\ty\n");
    }

    @Test
    void shouldCountStandardInputAndEndWithIt() {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream("x y x\nx".getBytes(StandardCharsets.UTF_8)));
        try {
            CommandRun run = CommandRun.of("wordcount", "--stdin", "--master", "local[2]");

            assertThat(run.code()).isZero();
            assertThat(run.out()).matches("# \\d+ ms \\(\\S+Z\\)\n3\tx\n1\ty\n\n");
            assertThat(run.err()).matches("batch [^\n]+: 2 records \\(\\S+ records/s\\), [^\n]+\n");
        } finally {
            System.setIn(before);
        }
    }

    @Test
    void shouldFailWhenStandardInputCannotBeReadToItsEnd() {
        InputStream before = System.in;
        System.setIn(new SequenceInputStream(
                new ByteArrayInputStream("x y x\n".getBytes(StandardCharsets.UTF_8)), new InputStream() {
                    @Override
                    public int read() throws IOException {
                        throw new IOException("Is a directory");
                    }
                }));
        try {
            CommandRun run = CommandRun.of("wordcount", "--stdin", "--master", "local[2]");

            assertThat(run.code()).isEqualTo(1);
            assertThat(run.out()).matches("# \\d+ ms \\(\\S+Z\\)\n2\tx\n1\ty\n\n");
            assertThat(run.err())
                    .endsWith("millrace: standard input cannot be read any more: Is a directory; only what came before"
                            + " was counted\n");
        } finally {
            System.setIn(before);
        }
    }

    @Test
    void shouldPrintNothingWhenThereIsNoFile() throws IOException {
        Files.createDirectory(directory.resolve("in"));

        assertThat(wordCount("--once")).isEqualTo(new CommandRun(0, "", ""));
    }

    @Test
    void shouldSayWhatToChangeWhenAnOptionCannotBeUsed() throws IOException {
        String help = "'millrace wordcount --help' shows the options and examples.\n";

        assertThat(wordCount("--once"))
                .isEqualTo(new CommandRun(
                        2,
                        "",
                        "millrace: --files " + directory.resolve("in")
                                + " is no directory; make it, or correct the path\n" + help));
        Files.createDirectory(directory.resolve("in"));
        assertThat(wordCount("--batch", "3x").err())
                .isEqualTo(
                        "millrace: Invalid value for option '--batch': '3x' is no duration; write 500ms, 1s, 5m or 1h\n"
                                + help);
        assertThat(wordCount("--top", "-1").err())
                .isEqualTo("millrace: --top -1 is negative; write how many words to print, or 0 for all\n" + help);
        assertThat(wordCount("--window", "1500ms").err())
                .isEqualTo("millrace: --window is 1500 ms, no multiple of the batch of 1000 ms; make it one\n" + help);
    }

    @Test
    void shouldSayWhatToChangeWhenTheInputIsNotClear() {
        String help = "'millrace wordcount --help' shows the options and examples.\n";
        String one = "; give one of --files DIR, --socket HOST:PORT, --kafka HOST:PORT/TOPIC and --stdin\n" + help;

        assertThat(CommandRun.of("wordcount"))
                .isEqualTo(new CommandRun(2, "", "millrace: nothing says what to count" + one));
        assertThat(CommandRun.of("wordcount", "--stdin", "--socket", "localhost:1"))
                .isEqualTo(new CommandRun(2, "", "millrace: one input at a time can be counted" + one));
        assertThat(CommandRun.of("wordcount", "--stdin", "--once").err())
                .isEqualTo(
                        "millrace: --once counts what is there now, which only files and topics can say; leave it out\n"
                                + help);
        for (String wrong : List.of("localhost", ":1", "localhost:0", "localhost:65536", "localhost:x")) {
            assertThat(CommandRun.of("wordcount", "--socket", wrong).err())
                    .isEqualTo("millrace: Invalid value for option '--socket': '" + wrong
                            + "' is no address; write HOST:PORT, such as localhost:9999\n" + help);
        }
    }

    @Test
    void shouldSayWhatATopicIsAndWhatItNeeds() {
        String help = "'millrace wordcount --help' shows the options and examples.\n";
        for (String wrong : List.of("orders", "localhost:9092", "localhost:9092/", "localhost:9092/no topic")) {
            assertThat(CommandRun.of("wordcount", "--kafka", wrong).err())
                    .isEqualTo("millrace: Invalid value for option '--kafka': '" + wrong
                            + "' is no topic; write HOST:PORT/TOPIC, such as localhost:9092/orders\n" + help);
        }
        assertThat(CommandRun.of("wordcount", "--kafka", "localhost/orders").err())
                .isEqualTo(
                        "millrace: Invalid value for option '--kafka': 'localhost' is no address; write HOST:PORT, such as"
                                + " localhost:9999\n" + help);
        assertThat(CommandRun.of("wordcount", "--kafka", "localhost:9092/orders")
                        .err())
                .isEqualTo(
                        "millrace: --kafka needs millrace-kafka and kafka-clients, which are not on the class path; the script"
                                + " millrace puts them there, or add them to java -cp\n");
    }

    @Test
    void shouldFailWithTheMessageOfTheEngineWhenTheMasterIsUnknown() throws IOException {
        Files.createDirectory(directory.resolve("in"));

        CommandRun run = CommandRun.of(
                "wordcount",
                "--once",
                "--master",
                "moon",
                "--files",
                directory.resolve("in").toString());

        assertThat(run)
                .isEqualTo(new CommandRun(
                        1,
                        "",
                        "millrace: The master cannot be used:\n  - \"moon\" is no master; use local, local[n], local[*],"
                                + " spark:local[n], spark://host:port, yarn or k8s://...\n"));
    }
}
