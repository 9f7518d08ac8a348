/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import dev.millrace.Programs;
import dev.millrace.Tuple2;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A start does not load a large state: its keys are looked up in the checkpoint's files, until they are split among the partitions. */
class LazyRestartTest {
    private static final int KEYS = 20_000;
    private static final AtomicInteger MADE = new AtomicInteger();
    private static volatile CountDownLatch split = new CountDownLatch(0);

    @TempDir
    Path directory;

    /** A key that tells when it is decoded, and waits until the split may go on. */
    record Key(int number) {
        Key {
            if (!Thread.currentThread().getName().equals("millrace-merge")) {
                MADE.incrementAndGet();
            } else {
                try {
                    split.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
        }
    }

    @BeforeEach
    void holdUp() {
        split = new CountDownLatch(1);
    }

    @AfterEach
    void letGo() {
        split.countDown();
    }

    /** A program that counts, and what it has given: texts of what it mapped and, when asked, its state in order. */
    private final class Program implements AutoCloseable {
        private final StreamingContext ssc;
        private final List<String> given = new ArrayList<>();
        private boolean tellsStates;

        /** @param batches the first of which have run in earlier lives */
        Program(List<List<Integer>> batches, String... settings) {
            MillraceConf conf = new MillraceConf()
                    .set(
                            "millrace.memory.spillDirectory",
                            directory.resolve("spills").toString())
                    .set("millrace.streaming.checkpoint.snapshotBytes", "64k")
                    .set("millrace.streaming.checkpoint.retainedBatches", "0");
            for (int i = 0; i < settings.length; i += 2) {
                conf.set(settings[i], settings[i + 1]);
            }
            ssc = Programs.local(conf);
            ssc.registerTypes(Key.class);
            ssc.checkpoint(directory.resolve("checkpoint").toString());
            MapWithStateDStream<Key, Integer, Integer, String> counts = Programs.batches(ssc, batches)
                    .named("numbers")
                    .mapToPair(number -> Tuple2.of(new Key(number), 1))
                    .mapWithState(StateType.of("counts", Integer.class), (time, key, one, state) -> {
                        state.update(state.orElse(0) + 1);
                        return Optional.of(key.number() + " " + state.get());
                    });
            counts.named("mapped")
                    .foreachRDD(rdd -> given.addAll(rdd.collect()))
                    .named("given");
            counts.stateSnapshots()
                    .foreachRDD(rdd -> {
                        if (tellsStates) {
                            rdd.collect().forEach(state -> given.add(state.toString()));
                        }
                    })
                    .named("states");
        }

        @Override
        public void close() {
            ssc.close();
        }
    }

    private static List<Integer> all() {
        return IntStream.range(0, KEYS).boxed().toList();
    }

    private void firstLife() {
        try (Program program = new Program(List.of(all()))) {
            program.ssc.runBatches(1);
        }
    }

    @Test
    void shouldDecodeNoEntryBeforeItHasRunBatches() {
        firstLife();
        try (Program program = new Program(List.of(all(), List.of(7, 19_999, KEYS), List.of(7)))) {
            MADE.set(0);
            program.ssc.runBatches(2);
            assertThat(program.given).containsExactlyInAnyOrder("7 2", "19999 2", KEYS + " 1", "7 3");
            assertThat(MADE).as("the keys of the records").hasValue(4);
            split.countDown();
            program.tellsStates = true;
            program.ssc.runBatches(1);
            assertThat(program.given.subList(4, program.given.size()))
                    .hasSize(KEYS + 1)
                    .contains("(Key[number=7],3)", "(Key[number=8],1)", "(Key[number=20000],1)");
        }
    }

    @Test
    void shouldGoOnWhenTheCheckpointHasDeletedTheFilesThatAreLookedUp() throws IOException {
        firstLife();
        Random random = new Random(5);
        List<List<Integer>> batches = new ArrayList<>(List.of(all()));
        Map<Integer, Integer> counts = new LinkedHashMap<>();
        all().forEach(key -> counts.put(key, 1));
        for (int batch = 0; batch < 30; batch++) {
            List<Integer> records =
                    random.ints(2_000, 0, KEYS + KEYS / 10).boxed().toList();
            records.forEach(key -> counts.merge(key, 1, Integer::sum));
            batches.add(records);
        }
        try (Program program = new Program(batches)) {
            Set<String> found = runs();
            program.ssc.runBatches(29);
            assertThat(found).isNotEmpty().doesNotContainAnyElementsOf(runs());
            split.countDown();
            program.tellsStates = true;
            program.ssc.runBatches(1);
            Set<String> states = new TreeSet<>();
            counts.forEach((key, count) -> states.add("(Key[number=" + key + "]," + count + ")"));
            List<String> told = program.given.subList(program.given.size() - states.size(), program.given.size());
            assertThat(new TreeSet<>(told).equals(states)).isTrue();
        }
        assertThat(directory.resolve("spills").toFile().list()).isEmpty();
    }

    private static @Nullable Object fileKey(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    }

    private Set<String> runs() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("checkpoint/runs"))) {
            return new TreeSet<>(
                    files.map(file -> file.getFileName().toString()).toList());
        }
    }

    @Test
    void shouldHaveTheFilesOfTheCheckpointByLink() throws IOException {
        firstLife();
        try (Program program = new Program(List.of(all(), List.of(7)))) {
            program.ssc.runBatches(1);
            List<Object> linked = new ArrayList<>();
            for (File spills :
                    Objects.requireNonNull(directory.resolve("spills").toFile().listFiles(File::isDirectory))) {
                for (File file : Objects.requireNonNull(spills.listFiles())) {
                    linked.add(fileKey(file.toPath()));
                }
            }
            Path stateRun = null;
            for (String run : runs()) {
                Path path = directory.resolve("checkpoint/runs/" + run);
                stateRun = stateRun == null || Files.size(path) > Files.size(stateRun) ? path : stateRun;
            }
            assertThat(linked).contains(fileKey(Objects.requireNonNull(stateRun))); // null on some systems
            split.countDown();
        }
    }

    @Test
    void shouldBeTakenOverWhileItIsSplit() {
        firstLife();
        try (Program first = new Program(List.of(all(), List.of(1, 2), List.of(3)))) {
            first.ssc.runBatches(1);
            try (Program second = new Program(
                    List.of(all(), List.of(), List.of(1, 5)), "millrace.streaming.checkpoint.takeover", "true")) {
                split.countDown();
                second.tellsStates = true;
                second.ssc.runBatches(1);
                assertThat(second.given.subList(0, 2)).containsExactlyInAnyOrder("1 3", "5 2");
                assertThat(second.given.subList(2, second.given.size()))
                        .contains("(Key[number=1],3)", "(Key[number=2],2)", "(Key[number=3],1)");
            }
        }
    }

    @Test
    void shouldEndWhileItIsSplit() {
        firstLife();
        Program program = new Program(List.of(all(), List.of(1)));
        program.ssc.runBatches(1);
        CountDownLatch held = split;
        new Thread(held::countDown).start();
        program.close();
        assertThat(program.given).containsExactly("1 2");
        assertThat(directory.resolve("spills").toFile().list()).isEmpty();
    }
}
