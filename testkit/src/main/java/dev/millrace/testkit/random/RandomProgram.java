/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.random;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A program as data: its streams are the inputs and then the steps, named {@code s0}, {@code s1} and so on; every step
 * takes streams before it. Prints as something to read.
 *
 * @param seed from which it was made
 * @param inputs with equally many batches each
 * @param steps the operations in order
 * @param outputs the places of the streams that are compared
 */
public record RandomProgram(long seed, List<RandomInput> inputs, List<Step> steps, List<Integer> outputs) {

    /** The number of streams. */
    public int streams() {
        return inputs.size() + steps.size();
    }

    public int batches() {
        return inputs.get(0).batches().size();
    }

    /** The name of the stream at a place. */
    public static String name(int place) {
        return "s" + place;
    }

    /** The name of the state of the stream at a place. */
    static String stateName(int place) {
        return name(place) + " state";
    }

    /** The names, in the quarantine, of the steps among the outputs that put records aside, by place. */
    Map<Integer, String> guarded() {
        Map<Integer, String> guarded = new LinkedHashMap<>();
        for (int place : outputs) {
            if (place >= inputs.size() && step(place).operation().putsAside()) {
                guarded.put(place, step(place).operation().isState() ? stateName(place) : name(place));
            }
        }
        return guarded;
    }

    /** The name under which is compared what a step has put aside. */
    static String nameOfAside(int place) {
        return "what " + name(place) + " puts aside";
    }

    private Step step(int place) {
        return steps.get(place - inputs.size());
    }

    public Kind kind(int place) {
        return place < inputs.size()
                ? inputs.get(place).kind()
                : step(place).operation().gives();
    }

    /** The slide of each stream in batches of the program, by place. */
    public List<Integer> slides() {
        List<Integer> slides = new ArrayList<>();
        inputs.forEach(input -> slides.add(1));
        for (Step step : steps) {
            int slide = slides.get(step.inputs().get(0));
            slides.add(step.operation().isWindow() ? slide * step.second() : slide);
        }
        return slides;
    }

    /** Returns whether the order of its records depends on the default parallelism, and so on the number of threads. */
    public boolean dependsOnParallelism() {
        return steps.stream().anyMatch(step -> step.operation().isPartitionedByDefault());
    }

    /** The names of the outputs whose records have an order on every engine: that of the inputs, which each step has kept, or that
     * of a sort. */
    Set<String> ordered() {
        return outputs.stream().filter(this::isOrdered).map(RandomProgram::name).collect(Collectors.toSet());
    }

    private boolean isOrdered(int place) {
        return place < inputs.size()
                || step(place).operation().sorts()
                || step(place).operation().keepsOrder()
                        && !isJoinedWindow(place)
                        && step(place).inputs().stream().allMatch(this::isOrdered);
    }

    /** Returns whether it may be that a join has the records of a window laid out by key. */
    private boolean isJoinedWindow(int place) {
        return step(place).operation() == Operation.WINDOW_PAIRS
                && steps.stream()
                        .anyMatch(step ->
                                step.operation().arity() == 2 && step.inputs().contains(place));
    }

    /** Returns whether every step takes what its inputs give; programs that are being shrunk may not be. */
    boolean isValid() {
        if (inputs.isEmpty() || outputs.isEmpty()) {
            return false;
        }
        for (int i = 0; i < steps.size(); i++) {
            for (int input : steps.get(i).inputs()) {
                if (input >= inputs.size() + i
                        || kind(input) != steps.get(i).operation().takes()) {
                    return false;
                }
            }
        }
        List<Integer> slides = slides();
        return steps.stream()
                .allMatch(step ->
                        step.inputs().stream().map(slides::get).distinct().count() == 1);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("program of seed " + seed + "\n");
        for (int i = 0; i < inputs.size(); i++) {
            RandomInput input = inputs.get(i);
            text.append("  ").append(name(i)).append(" = input of ").append(input.kind());
            text.append(" in ").append(input.partitions()).append(" partitions, batches ");
            text.append(input.batches()).append('\n');
        }
        for (int i = 0; i < steps.size(); i++) {
            text.append("  ").append(name(inputs.size() + i)).append(" = ");
            text.append(steps.get(i)).append('\n');
        }
        return text.append("  outputs ")
                .append(outputs.stream().map(RandomProgram::name).toList())
                .append('\n')
                .toString();
    }
}
