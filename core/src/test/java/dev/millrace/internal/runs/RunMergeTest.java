/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.changes.ChangeBlock;
import dev.millrace.internal.codec.Schemas;
import dev.millrace.internal.receive.MemoryStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Runs add up to what a plain map holds after the same changes in the order of the journal. */
class RunMergeTest {
    private static final int KEYS = 40;

    private record Held(Object value, long touched) {}

    private final Map<Object, Held> model = new LinkedHashMap<>();
    private final Schemas schemas = new Schemas();
    private final RunFiles files = new RunFiles(new MemoryStore(), schemas);
    private long arrived;

    @RepeatedTest(20)
    void shouldAddUpToWhatAPlainMapHolds() throws IOException {
        long seed = Long.getLong("millrace.test.seed", System.nanoTime());
        Random random = new Random(seed);
        List<Run> runs = new ArrayList<>();
        for (int i = 1 + random.nextInt(8); i > 0; i--) {
            runs.add(0, changes(random));
            checkHeld(runs, seed);
        }
        while (runs.size() > 1) {
            int from = random.nextInt(runs.size() - 1);
            int to = from + 2 + random.nextInt(runs.size() - from - 1);
            boolean oldest = to == runs.size() && random.nextBoolean();
            Run merged = files.write(RunFiles.merge(runs.subList(from, to), oldest));
            runs.subList(from, to).clear();
            runs.add(from, merged);
            checkHeld(runs, seed);
        }
    }

    private void checkHeld(List<Run> newestFirst, long seed) {
        List<RunFiles.Entry> expected = new ArrayList<>();
        model.forEach((key, held) -> expected.add(new RunFiles.Entry("PUT", key, held.value, false, 0, held.touched)));
        assertThat(files.inOrderOfArrival(newestFirst))
                .as("seed %d", seed)
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("arrival")
                .isEqualTo(expected);
        checkFound(newestFirst, seed);
    }

    private void checkFound(List<Run> newestFirst, long seed) {
        RunLookup lookup = new RunLookup();
        for (int i = 0; i < KEYS + 5; i++) {
            byte[] key = RunFiles.CODEC.encodeKey("key-" + i, schemas);
            lookup.add(key, 0, key.length);
        }
        lookup.search(newestFirst);
        Map<Object, Long> arrivals = new HashMap<>();
        files.inOrderOfArrival(newestFirst).forEach(entry -> arrivals.put(entry.key(), entry.arrival()));
        for (int i = 0; i < KEYS + 5; i++) {
            String key = "key-" + i;
            Held held = model.get(key);
            assertThat(lookup.isFound(i)).as("%s, seed %d", key, seed).isEqualTo(held != null);
            if (held != null) {
                assertThat(RunFiles.CODEC.decodeValue(lookup.value(i), schemas)).isEqualTo(held.value);
                assertThat(lookup.touched(i)).isEqualTo(held.touched);
                assertThat(lookup.arrival(i)).isEqualTo(arrivals.get(key));
            }
        }
    }

    /** A run of some blocks of changes, which are made in the model, too. */
    private Run changes(Random random) throws IOException {
        EncodedChanges changes = new EncodedChanges(4 + random.nextInt(30));
        for (int blocks = random.nextInt(4); blocks >= 0; blocks--) {
            ChangeBlock block = new ChangeBlock(RunFiles.CODEC);
            for (int i = random.nextInt(100); i > 0; i--) {
                change(block, random);
            }
            changes.add(block.toBytes(), schemas);
        }
        Run run = files.write(changes.sorted(arrived));
        arrived += changes.numbers();
        return run;
    }

    private void change(ChangeBlock block, Random random) {
        String key = "key-" + random.nextInt(KEYS);
        long time = random.nextInt(5) == 0 ? ChangeBlock.UNTIMED : random.nextInt(1000) - 500L;
        block.touchedAt(time);
        if (random.nextInt(4) == 0) {
            block.remove(key);
            model.remove(key);
        } else if (random.nextBoolean()) {
            Object value = random.nextInt(10) == 0 ? "long ".repeat(random.nextInt(5000)) : random.nextInt();
            block.put(key, value);
            model.put(key, new Held(value, time));
        } else if (model.containsKey(key)) {
            block.touch(key);
            model.put(key, new Held(model.get(key).value, time));
        }
    }

    /** Neighbours may be merged in any grouping, whatever their entries are. */
    @Test
    void shouldBeAssociative() throws IOException {
        List<String> kinds = List.of("put", "again", "remove", "touch", "none");
        for (String oldest : kinds) {
            for (String middle : kinds) {
                for (String newest : kinds) {
                    List<Run> runs = List.of(one(newest, 3), one(middle, 2), one(oldest, 1));
                    Run newer = files.write(RunFiles.merge(runs.subList(0, 2), false));
                    Run older = files.write(RunFiles.merge(runs.subList(1, 3), false));
                    List<RunFiles.Entry> all = files.all(RunFiles.merge(runs, false));
                    String what = newest + " over " + middle + " over " + oldest;
                    assertThat(files.all(RunFiles.merge(List.of(newer, runs.get(2)), false)))
                            .as(what)
                            .isEqualTo(all);
                    assertThat(files.all(RunFiles.merge(List.of(runs.get(0), older), false)))
                            .as(what)
                            .isEqualTo(all);
                }
            }
        }
    }

    private Run one(String kind, int number) throws IOException {
        byte[] key = RunFiles.CODEC.encodeKey("key", schemas);
        byte[] value = RunFiles.CODEC.encodeValue(number, schemas);
        RunEntries entries = new RunEntries();
        switch (kind) {
            case "put", "again" -> entries.put(key, false, kind.equals("again"), value, 10L * number, number);
            case "remove" -> entries.remove(key);
            case "touch" -> entries.touch(key, number);
            default -> {}
        }
        return files.write(entries.sorted());
    }

    /** A run that is missing keeps no other open. */
    @Test
    void shouldCloseItsRunsIfOneCannotBeRead() {
        AtomicInteger open = new AtomicInteger();
        List<RunCursor> cursors = List.of(new Counted(open, false), new Counted(open, true), new Counted(open, false));
        assertThatThrownBy(() -> new RunMerge(cursors, true))
                .isInstanceOf(CheckpointException.class)
                .hasMessage("damaged");
        assertThat(open).hasValue(0);
    }

    private static final class Counted extends RunCursor {
        private final AtomicInteger open;
        private final boolean damaged;

        Counted(AtomicInteger open, boolean damaged) {
            this.open = open;
            this.damaged = damaged;
            open.incrementAndGet();
        }

        @Override
        public boolean next() {
            if (damaged) {
                throw new CheckpointException("damaged");
            }
            return true;
        }

        @Override
        public void close() {
            open.decrementAndGet();
        }
    }
}
