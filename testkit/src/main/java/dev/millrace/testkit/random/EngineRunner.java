/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.random;

import dev.millrace.testkit.StreamTestDriver;
import dev.millrace.testkit.StreamTestSetup;
import dev.millrace.testkit.TestInput;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Runs a random program on an engine, in a {@link StreamTestDriver}. */
public final class EngineRunner implements Runner {
    private final Supplier<StreamTestSetup> setup;
    private final int restartEvery;

    private EngineRunner(Supplier<StreamTestSetup> setup, int restartEvery) {
        this.setup = setup;
        this.restartEvery = restartEvery;
    }

    /** On {@code master}, such as {@code local[2]} or {@code spark:local[2]}. */
    public static EngineRunner on(String master) {
        return with(() -> StreamTestDriver.setup().master(master));
    }

    /** With a setup made anew for each run. */
    public static EngineRunner with(Supplier<StreamTestSetup> setup) {
        return new EngineRunner(setup, 0);
    }

    /** With a setup made anew for each run, which has a checkpoint; every {@code batches} batches comes a restart. */
    public static EngineRunner restarting(Supplier<StreamTestSetup> setup, int batches) {
        return new EngineRunner(setup, batches);
    }

    @Override
    public Map<String, List<List<Object>>> run(RandomProgram program) {
        String[] names = program.outputs().stream().map(RandomProgram::name).toArray(String[]::new);
        StreamTestSetup observing = setup.get().observeOnly(names);
        try (StreamTestDriver driver = observing.run(context -> ProgramBuilder.build(program, context))) {
            for (int i = 0; i < program.inputs().size(); i++) {
                RandomInput input = program.inputs().get(i);
                TestInput<Object> target =
                        driver.<Object>input(RandomProgram.name(i)).partitions(input.partitions());
                input.batches().forEach(target::batchOf);
            }
            for (int batch = 1; batch <= program.batches(); batch++) {
                driver.advanceBatch();
                if (restartEvery > 0 && batch % restartEvery == 0) {
                    driver.restart();
                }
            }
            Map<String, List<List<Object>>> outputs = new LinkedHashMap<>();
            for (String name : names) {
                outputs.put(name, driver.<Object>output(name).all());
            }
            return outputs;
        }
    }
}
