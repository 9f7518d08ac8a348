/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.random;

import dev.millrace.streaming.DStreamLike;
import dev.millrace.streaming.StreamingContext;
import dev.millrace.testkit.CrashSite;
import dev.millrace.testkit.SimulatedCrash;
import dev.millrace.testkit.StreamTestDriver;
import dev.millrace.testkit.StreamTestSetup;
import dev.millrace.testkit.TestInput;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;

/** Runs a random program on an engine, in a {@link StreamTestDriver}. */
public final class EngineRunner implements Runner {
    private static final int MOST_OCCURRENCES = 4;

    private final Supplier<StreamTestSetup> setup;
    private final boolean inverses;
    private final boolean interrupted;

    private EngineRunner(Supplier<StreamTestSetup> setup, boolean inverses, boolean interrupted) {
        this.setup = setup;
        this.inverses = inverses;
        this.interrupted = interrupted;
    }

    /** On {@code master}, such as {@code local[2]} or {@code spark:local[2]}. */
    public static EngineRunner on(String master) {
        return with(() -> StreamTestDriver.setup().master(master));
    }

    /** With a setup made anew for each run. */
    public static EngineRunner with(Supplier<StreamTestSetup> setup) {
        return new EngineRunner(setup, true, false);
    }

    /** The same, but windows are not told the inverse of what they merge by. */
    public EngineRunner withoutInverses() {
        return new EngineRunner(setup, false, interrupted);
    }

    /**
     * The same, but before about half of the batches the program is stopped and started again, or crashes, or will crash at
     * some point of its durable path; its seed says which. Durable accumulators count the records that it gives, which must be exact.
     * Beside every third there is a receiver that falls silent. The setup has a checkpoint directory, a new one for each run.
     */
    public EngineRunner interrupted() {
        return new EngineRunner(setup, inverses, true);
    }

    @Override
    public Map<String, List<List<Object>>> run(RandomProgram program) throws IOException {
        try (AsideFiles aside = new AsideFiles()) {
            Map<String, List<List<Object>>> outputs = run(program, aside.directory());
            outputs.putAll(aside.read(program));
            return outputs;
        }
    }

    private Map<String, List<List<Object>>> run(RandomProgram program, Path aside) {
        String[] names = program.outputs().stream().map(RandomProgram::name).toArray(String[]::new);
        StreamTestSetup observing = setup.get()
                .set("millrace.streaming.quarantine.directory", aside.toString())
                .realInputs(SilentReceiver.NAME)
                .observeOnly(names);
        CountedRecords counted = new CountedRecords();
        try (StreamTestDriver driver = observing.run(context -> build(program, context, counted))) {
            for (int i = 0; i < program.inputs().size(); i++) {
                RandomInput input = program.inputs().get(i);
                TestInput<Object> target =
                        driver.<Object>input(RandomProgram.name(i)).partitions(input.partitions());
                input.batches().forEach(target::batchOf);
            }
            if (interrupted) {
                runInterrupted(driver, program, new Random(program.seed()));
            } else {
                driver.advanceBatches(program.batches());
            }
            Map<String, List<List<Object>>> outputs = new LinkedHashMap<>();
            for (String name : names) {
                outputs.put(name, driver.<Object>output(name).all());
            }
            counted.check(outputs);
            return outputs;
        }
    }

    private void build(RandomProgram program, StreamingContext context, CountedRecords counted) {
        List<DStreamLike<?, ?, ?>> streams = ProgramBuilder.build(program, context, inverses);
        if (!interrupted) {
            return;
        }
        program.outputs().forEach(place -> counted.count(RandomProgram.name(place), streams.get(place), context));
        if (program.seed() % 3 == 0) {
            SilentReceiver.addTo(context);
        }
    }

    private static void runInterrupted(StreamTestDriver driver, RandomProgram program, Random random) {
        boolean alive = true;
        while (!alive || done(driver) < program.batches()) {
            try {
                if (!alive) {
                    driver.restart(); // perhaps to die again
                    alive = true;
                } else {
                    interrupt(driver, random);
                    driver.advanceBatch();
                }
            } catch (SimulatedCrash crash) {
                alive = false;
            }
        }
    }

    private static void interrupt(StreamTestDriver driver, Random random) {
        switch (random.nextInt(6)) {
            case 0 -> driver.restart();
            case 1 -> driver.crashAndRestart();
            case 2 -> driver.crashAt(site(random));
            default -> {
                // goes on
            }
        }
    }

    private static CrashSite site(Random random) {
        List<String> points = CrashSite.points().stream()
                .filter(point -> !point.startsWith("WAL_")) // its thread would die alone
                .toList();
        return new CrashSite(points.get(random.nextInt(points.size())), 1 + random.nextInt(MOST_OCCURRENCES));
    }

    private static long done(StreamTestDriver driver) {
        return driver.context()
                .lastBatchTime()
                .map(time -> time.milliseconds() / 1000)
                .orElse(0L);
    }
}
