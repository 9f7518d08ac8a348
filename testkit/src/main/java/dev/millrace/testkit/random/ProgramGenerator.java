/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.random;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Makes a program from a seed, always the same: one or two inputs, 1 to 8 operations, 1 to 20 batches of which some are
 * empty, of some inputs most, and some have nearly only one key, 1 to 4 partitions.
 */
public final class ProgramGenerator {
    private static final List<String> WORDS = List.of("a", "b", "ab", "abc", "long word", "", "é", "w1");
    private static final int MOST_GROWTH = 3;

    private final Random random;
    private final long seed;
    private final Operation likely; // another one for each seed, so that some hundred programs have them all

    private ProgramGenerator(long seed) {
        this.seed = seed;
        likely = any(seed);
        random = new Random(seed * 0x9E3779B97F4A7C15L + 1);
    }

    public static RandomProgram generate(long seed) {
        return new ProgramGenerator(seed).generate();
    }

    private RandomProgram generate() {
        int batches = from(1, 20);
        List<RandomInput> inputs = new ArrayList<>();
        for (int i = from(1, 2); i > 0; i--) {
            inputs.add(input(batches));
        }
        RandomProgram program = new RandomProgram(seed, inputs, List.of(), List.of(0));
        for (int i = from(1, 8); i > 0; i--) {
            program = withStep(program);
        }
        return new RandomProgram(seed, inputs, program.steps(), outputs(program));
    }

    private RandomInput input(int batches) {
        Kind kind = random.nextBoolean() ? Kind.NUMBERS : Kind.WORDS;
        boolean skewed = random.nextInt(4) == 0;
        boolean quiet = random.nextInt(4) == 0; // so that keys time out
        List<List<Object>> all = new ArrayList<>();
        for (int i = 0; i < batches; i++) {
            List<Object> batch = new ArrayList<>();
            int size = random.nextInt(5) < (quiet ? 3 : 1) ? 0 : from(1, random.nextInt(4) == 0 ? 40 : 6);
            for (int j = 0; j < size; j++) {
                boolean common = skewed && random.nextInt(10) != 0;
                batch.add(kind == Kind.NUMBERS ? number(common) : word(common));
            }
            all.add(batch);
        }
        return new RandomInput(kind, from(1, 4), all);
    }

    private Object number(boolean common) {
        return common ? 7 : from(-10, 30);
    }

    private Object word(boolean common) {
        return WORDS.get(common ? 0 : random.nextInt(WORDS.size()));
    }

    private static Operation any(long number) {
        Operation[] all = Operation.values();
        return all[Math.floorMod(number, all.length)];
    }

    /** The program with one step more; tries until it has found one that fits. */
    private RandomProgram withStep(RandomProgram program) {
        while (true) {
            boolean missing = program.steps().stream().noneMatch(step -> step.operation() == likely);
            Operation operation =
                    missing && random.nextBoolean() ? likely : any(random.nextInt(Operation.values().length));
            List<Integer> taken = new ArrayList<>();
            for (int i = 0; i < operation.arity(); i++) {
                taken.add(stream(program));
            }
            boolean slow = operation.isWindow() && random.nextBoolean();
            List<Step> steps = new ArrayList<>(program.steps());
            steps.add(new Step(operation, taken, from(1, 5), slow ? from(2, 3) : 1));
            RandomProgram grown = new RandomProgram(seed, program.inputs(), steps, program.outputs());
            int growth = missing && operation != likely ? likely.growth() : 0; // there is to be room for it
            for (Step step : steps) {
                growth += step.operation().growth();
            }
            if (grown.isValid() && (operation.growth() == 0 || growth <= MOST_GROWTH)) {
                return grown;
            }
        }
    }

    /** Mostly one of the last streams, so that programs are deep more often than wide. */
    private int stream(RandomProgram program) {
        int streams = program.streams();
        return random.nextInt(3) == 0 ? random.nextInt(streams) : Math.max(0, streams - from(1, 2));
    }

    /** The streams that no step takes, those that put records aside, because only what is asked for is, and some others. */
    private List<Integer> outputs(RandomProgram program) {
        List<Integer> outputs = new ArrayList<>();
        for (int place = 0; place < program.streams(); place++) {
            int stream = place;
            boolean leaf =
                    program.steps().stream().noneMatch(step -> step.inputs().contains(stream));
            boolean guarded = place >= program.inputs().size()
                    && program.steps()
                            .get(place - program.inputs().size())
                            .operation()
                            .putsAside();
            if (leaf || guarded || random.nextInt(4) == 0) {
                outputs.add(place);
            }
        }
        return outputs;
    }

    private int from(int least, int most) {
        return least + random.nextInt(most - least + 1);
    }
}
