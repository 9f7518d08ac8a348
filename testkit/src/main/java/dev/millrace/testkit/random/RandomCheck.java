/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.random;

import dev.millrace.internal.codec.ValueCodec;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Compares what random programs give in two places, batch by batch: in order where every engine has the same one, else as
 * multisets. A program that differs is shrunk and printed with its seed; {@link ProgramGenerator#generate} makes it again.
 *
 * @param expected gives the right results, mostly {@link ModelRunner}
 * @param actual gives the results under test
 * @param inOrder whether all batches must have the same records in the same order
 */
public record RandomCheck(Runner expected, Runner actual, boolean inOrder) {
    /** Against the reference model, which has an order only where every engine has the same. */
    public static RandomCheck againstModel(Runner actual) {
        return new RandomCheck(new ModelRunner(), actual, false);
    }

    /**
     * Checks the program of one seed.
     *
     * @throws AssertionError with the seed, the shrunk program and the difference
     */
    public void check(long seed) {
        RandomProgram program = ProgramGenerator.generate(seed);
        if (difference(program) == null) {
            return;
        }
        RandomProgram smallest = new Shrinker(candidate -> difference(candidate) != null).shrink(program);
        throw new AssertionError(
                "the program of seed " + seed + " with " + program.steps().size()
                        + " operations and " + program.batches() + " batches fails; made small:\n" + smallest + "  "
                        + difference(smallest));
    }

    /** Describes the first difference in the results of a program; null if there is none. */
    public @Nullable String difference(RandomProgram program) {
        try {
            Map<String, List<List<Object>>> right = expected.run(program);
            Map<String, List<List<Object>>> found = actual.run(program);
            Set<String> ordered = program.ordered();
            for (Map.Entry<String, List<List<Object>>> output : right.entrySet()) {
                String name = output.getKey();
                String difference =
                        difference(output.getValue(), found.getOrDefault(name, List.of()), ordered.contains(name));
                if (difference != null) {
                    return name + " " + difference;
                }
            }
            return inOrder && !Arrays.equals(bytes(right), bytes(found))
                    ? "gives " + found + " in another order than " + right
                    : null;
        } catch (Exception e) {
            StringWriter trace = new StringWriter();
            e.printStackTrace(new PrintWriter(trace));
            return "it throws " + trace;
        }
    }

    private static @Nullable String difference(List<List<Object>> right, List<List<Object>> found, boolean ordered) {
        if (right.size() != found.size()) {
            return "has the batches " + found + ", and right is " + right;
        }
        for (int batch = 0; batch < right.size(); batch++) {
            if (ordered
                    ? !right.get(batch).equals(found.get(batch))
                    : !counts(right.get(batch)).equals(counts(found.get(batch)))) {
                return "has as its batch " + (batch + 1) + " " + found.get(batch) + ", and right is "
                        + right.get(batch);
            }
        }
        return null;
    }

    private static Map<Object, Integer> counts(List<Object> records) {
        Map<Object, Integer> counts = new HashMap<>();
        records.forEach(record -> counts.merge(record, 1, Integer::sum));
        return counts;
    }

    private static byte[] bytes(Map<String, List<List<Object>>> outputs) {
        return ValueCodec.builtIn().encode(outputs);
    }
}
