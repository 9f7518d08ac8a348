/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit;

import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.StreamingContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Programs that read a source batch by batch, and die on the way. */
final class SourcePrograms<T> {
    static final String EMBEDDED = "local[2]";
    private static final String INPUT = "source";
    private static final int[] ADDED = {5, 0, 3, 4}; // before each batch

    private final SourceUnderTest<T> subject;
    private final String master;
    private final Path checkpoint;
    private final Map<BatchTime, List<String>> seen = new TreeMap<>();
    private int added;

    SourcePrograms(SourceUnderTest<T> subject, String master, Path checkpoint) {
        this.subject = subject;
        this.master = master;
        this.checkpoint = checkpoint;
    }

    private void build(StreamingContext context) {
        try {
            context.from(subject.open())
                    .named(INPUT)
                    .map(subject::text)
                    .foreachBatch((rdd, batch) -> {
                        List<String> records = rdd.collect();
                        List<String> before = seen.putIfAbsent(batch.time(), records);
                        if (before != null && !before.equals(records)) {
                            throw new AssertionError("batch " + batch.time() + " had the records " + before
                                    + ", and has others when it runs again: " + records);
                        }
                    })
                    .named("seen");
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("the source could not be made: " + e, e);
        }
    }

    private StreamTestDriver start(boolean durable) {
        StreamTestSetup setup =
                StreamTestDriver.setup().master(master).realInputs(INPUT).observeOnly();
        return (durable ? setup.checkpoint(checkpoint) : setup).run(this::build);
    }

    private void add(int records) throws Exception {
        if (records > 0) {
            subject.add(IntStream.range(added, added + records)
                    .mapToObj(number -> "record " + number)
                    .toList());
            added += records;
        }
    }

    /** Each record that was added is in one batch. */
    private void mustHaveAll() {
        List<String> all = new ArrayList<>();
        seen.values().forEach(all::addAll);
        all.sort(null);
        List<String> expected = IntStream.range(0, added)
                .mapToObj(number -> "record " + number)
                .sorted()
                .toList();
        if (!all.equals(expected)) {
            throw new AssertionError("of the records that were added the batches should have each once: " + expected
                    + ", and they have " + seen);
        }
    }

    void readOnce() throws Exception {
        try (StreamTestDriver driver = start(false)) {
            for (int records : ADDED) {
                add(records);
                driver.advanceBatch();
                mustHaveAll();
            }
        }
    }

    void readAvailable() throws Exception {
        add(ADDED[0]);
        try (StreamTestDriver driver = start(false)) {
            driver.context().runAvailable();
        }
        mustHaveAll();
    }

    void meetAnotherPosition() throws Exception {
        if (subject.open().isOwn(Map.of("the position of another kind of source", 1L))) {
            throw new AssertionError("isOwn should say no to a position that another kind of source has made");
        }
    }

    /** A restart after each batch, and a crash on the way. */
    void readWithCrash(@Nullable CrashSite site) throws Exception {
        try (StreamTestDriver driver = start(true)) {
            if (site != null) {
                driver.crashAt(site);
            }
            for (int records : ADDED) {
                add(records);
                try {
                    driver.advanceBatch();
                } catch (SimulatedCrash crash) {
                    add(1); // which is not for the batch that runs again
                    driver.restart();
                    driver.advanceBatch();
                }
                mustHaveAll();
                if (site == null) {
                    driver.restart();
                }
            }
        }
        mustHaveAll();
    }
}
