/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import dev.millrace.MillraceContext;
import dev.millrace.Tuple2;
import dev.millrace.rdd.CollectionAccumulator;
import dev.millrace.rdd.LongAccumulator;
import dev.millrace.rdd.RDD;
import dev.millrace.streaming.CheckpointInfo;
import dev.millrace.streaming.DStream;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StateType;
import dev.millrace.streaming.StreamingContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointShowTest {
    record Total(int count, Size size) {}

    enum Size {
        SMALL,
        BIG
    }

    private static final String TYPE = CheckpointShowTest.class.getName();

    @TempDir
    private Path directory;

    private Path checkpoint() {
        return directory.resolve("checkpoint");
    }

    private StreamingContext program() {
        StreamingContext ssc = new StreamingContext(new MillraceConf().setMaster("local[2]"), Durations.seconds(1));
        ssc.checkpoint(checkpoint().toString());
        Queue<RDD<String>> queue = new ArrayDeque<>();
        queue.add(ssc.millraceContext().parallelize(List.of("to", "be"), 1));
        queue.add(ssc.millraceContext().parallelize(List.of("or"), 1));
        MillraceContext context = ssc.millraceContext();
        LongAccumulator letters = context.durable(context.longAccumulator("letters"));
        CollectionAccumulator<String> seen = context.durable(context.collectionAccumulator("seen"));
        DStream<String> words = ssc.queueStream(queue).named("words");
        words.foreachRDD(rdd -> rdd.foreach(word -> {
            letters.add(word.length());
            seen.add(word);
        }));
        words.mapToPair(word -> Tuple2.of(word, 1))
                .updateStateByKey(
                        StateType.of("totals", Total.class),
                        (ones, total) -> Optional.of(
                                new Total(ones.size() + total.map(Total::count).orElse(0), Size.SMALL)))
                .map(Object::toString)
                .to(StreamingContext.textFiles(directory.resolve("out").toString()))
                .named("files");
        words.window(Durations.seconds(3)).named("recent").foreachRDD(rdd -> {});
        return ssc;
    }

    private String owner() {
        return CheckpointInfo.read(checkpoint()).owner().orElseThrow();
    }

    private String id() {
        return CheckpointInfo.read(checkpoint()).id().toString();
    }

    private Map<Path, byte[]> contents() throws IOException {
        Map<Path, byte[]> contents = new TreeMap<>();
        try (Stream<Path> all = Files.walk(checkpoint())) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                contents.put(file, Files.readAllBytes(file));
            }
        }
        return contents;
    }

    @Test
    void shouldShowMoreThanFitsIntoMemory() throws Exception {
        int keys = 40_000;
        String kilobyte = "k".repeat(1000);
        MillraceConf conf =
                new MillraceConf().setMaster("local[2]").set("millrace.streaming.checkpoint.snapshotBytes", "1m");
        try (StreamingContext ssc = new StreamingContext(conf, Durations.seconds(1))) {
            ssc.checkpoint(checkpoint().toString());
            Queue<RDD<Integer>> queue = new ArrayDeque<>();
            queue.add(ssc.millraceContext()
                    .parallelize(IntStream.range(0, keys).boxed().toList(), 2));
            ssc.queueStream(queue)
                    .named("numbers")
                    .mapToPair(number -> Tuple2.of(number, kilobyte))
                    .updateStateByKey(
                            StateType.of("texts", String.class),
                            (texts, text) -> Optional.of(texts.isEmpty() ? text.orElseThrow() : texts.get(0)))
                    .foreachRDD(rdd -> {});
            ssc.runBatches(1);
        }
        CommandRun run = CommandRun.ofProcess(
                directory,
                List.of("-Xmx24m"),
                "checkpoint",
                "show",
                checkpoint().toString());
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).containsPattern("  texts  state  40,000 keys  40,\\d+,\\d+ bytes  Integer to String\n");
    }

    @Test
    void shouldShowAllThatADirectoryHoldsWhileItsProgramRuns() throws IOException {
        try (StreamingContext ssc = program()) {
            ssc.runBatches(3);
            Map<Path, byte[]> before = contents();
            CommandRun run = CommandRun.of("checkpoint", "show", checkpoint().toString());
            assertThat(run.err()).isEmpty();
            assertThat(run.out()).isEqualTo("""
                            checkpoint %s
                            a batch each 1000 ms
                            last decided 3000 ms (1970-01-01T00:00:03Z)
                            id %s
                            last taken by %s

                            Batches
                              kept  1000 ms to 3000 ms: 3 batches that can be gone back to

                            Inputs
                              words  a queue: 2 RDDs taken

                            States and windows
                              recent  window  3 records of 2 batches  34 bytes  String
                              totals  state   3 keys                  66 bytes  String to %s$Total

                            Types
                              %s$Total  (int count, %s$Size size)
                              %s$Size   enum

                            Durable accumulators
                              letters  sum 6 of 3 additions
                              seen     3 values

                            Staged outputs
                              files  last published 3000 ms (1970-01-01T00:00:03Z), 1 part
                            """.formatted(checkpoint(), id(), owner(), TYPE, TYPE, TYPE, TYPE));
            assertThat(contents()).containsExactlyInAnyOrderEntriesOf(before);
        }
    }

    @Test
    void shouldShowTheSameToPrograms() {
        try (StreamingContext ssc = program()) {
            ssc.runBatches(1);
        }
        assertThat(CommandRun.of("checkpoint", "show", "--json", checkpoint().toString())
                        .out())
                .isEqualTo("""
                        {"id":"ID","interval":1000,"owner":"OWNER","lastDecided":1000,"kept":{"count":1,"first":1000,"last":1000},"unpublished":[],"underWay":[],"skipped":[],\
                        "inputs":[{"name":"words","position":"a queue: 1 RDD taken"}],\
                        "steps":[{"name":"recent","kind":"WINDOW","entries":2,"batches":[1000],"bytes":19,"types":[],\
                        "keyTypes":[],"valueTypes":["String"]},\
                        {"name":"totals","kind":"STATE","entries":2,"batches":[],"bytes":44,"types":[\
                        {"name":"TYPE$Total","enum":false,"fields":{"count":"int","size":"TYPE$Size"}},\
                        {"name":"TYPE$Size","enum":true,"fields":{}}],\
                        "keyTypes":["String"],"valueTypes":["TYPE$Total"]}],\
                        "accumulators":[{"name":"letters","sum":4,"count":2},{"name":"seen","sum":null,"count":2}],\
                        "outputs":[{"name":"files","lastPublished":1000,"parts":1}]}
                        """.replace("TYPE", TYPE).replace("OWNER", owner()).replace("ID", id()));
    }

    @Test
    void shouldListTheKeptBatchesWhenAsked() {
        try (StreamingContext ssc = program()) {
            ssc.runBatches(2);
        }
        String directory = checkpoint().toString();
        assertThat(CommandRun.of("checkpoint", "show", "--batches", directory).out())
                .contains("""
                Batches
                  kept  1000 ms to 2000 ms: 2 batches that can be gone back to
                        1000 ms (1970-01-01T00:00:01Z)
                        2000 ms (1970-01-01T00:00:02Z)

                """);
        assertThat(CommandRun.of("checkpoint", "show", "--json", "--batches", directory)
                        .out())
                .contains("\"kept\":{\"count\":2,\"first\":1000,\"last\":2000,\"batches\":[1000,2000]},");
    }

    @Test
    void shouldRefuseWhatIsNoCheckpointOrIsDamaged() throws IOException {
        assertThat(CommandRun.of("checkpoint", "show", directory.toString()))
                .isEqualTo(new CommandRun(
                        1,
                        "",
                        "millrace: " + directory
                                + " is no checkpoint directory, or no program has used it; check the path\n"));
        assertThat(CommandRun.of("checkpoint", "show", directory + "/none"))
                .isEqualTo(new CommandRun(
                        2,
                        "",
                        "millrace: the checkpoint " + directory + "/none is no directory; correct the path\n"
                                + "'millrace checkpoint show --help' shows the options and examples.\n"));
        try (StreamingContext ssc = program()) {
            ssc.runBatches(3);
        }
        Path journal = checkpoint().resolve("journal/0000000001-0000000001");
        byte[] bytes = Files.readAllBytes(journal);
        bytes[150] ^= 1;
        Files.write(journal, bytes);
        CommandRun damaged = CommandRun.of("checkpoint", "show", checkpoint().toString());
        assertThat(damaged)
                .isEqualTo(
                        new CommandRun(
                                1,
                                "",
                                "millrace: the file " + journal
                                        + " is damaged at byte 129: a frame does not match its checksum;"
                                        + " restore the whole directory from a backup (a start then tells what its outputs have published since), or start with a new directory\n"));
    }

    @Test
    void shouldShowItsUsageWhenNoSubcommandIsNamed() {
        CommandRun run = CommandRun.of("checkpoint");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("  show  ");
    }
}
