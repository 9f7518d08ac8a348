/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.random;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Makes a failing program smaller as long as it still fails: fewer outputs, operations, batches, records, partitions, and faster slides.
 * Candidates may be invalid; those are passed over.
 */
final class Shrinker {
    private final Predicate<RandomProgram> fails;

    Shrinker(Predicate<RandomProgram> fails) {
        this.fails = fails;
    }

    RandomProgram shrink(RandomProgram program) {
        RandomProgram smallest = program;
        while (true) {
            Optional<RandomProgram> smaller = candidates(smallest)
                    .filter(RandomProgram::isValid)
                    .filter(fails)
                    .findFirst();
            if (smaller.isEmpty()) {
                return smallest;
            }
            smallest = smaller.get();
        }
    }

    /** The large cuts first. */
    private static Stream<RandomProgram> candidates(RandomProgram program) {
        return Stream.of(
                        outputs(program),
                        steps(program),
                        inputs(program),
                        slides(program),
                        batches(program),
                        records(program))
                .flatMap(all -> all);
    }

    /** With one output only. */
    private static Stream<RandomProgram> outputs(RandomProgram program) {
        return program.outputs().size() == 1
                ? Stream.of()
                : program.outputs().stream().map(only -> with(program, program.steps(), List.of(only)));
    }

    /** Without one operation each: what took its stream takes the stream that it took. */
    private static Stream<RandomProgram> steps(RandomProgram program) {
        return IntStream.range(0, program.steps().size()).mapToObj(gone -> {
            int place = program.inputs().size() + gone;
            int instead = program.steps().get(gone).inputs().get(0);
            List<Step> steps = new ArrayList<>();
            for (int i = 0; i < program.steps().size(); i++) {
                if (i != gone) {
                    steps.add(moved(program.steps().get(i), place, instead));
                }
            }
            List<Integer> outputs = moved(program.outputs(), place, instead);
            return with(program, steps, outputs.stream().distinct().toList());
        });
    }

    private static Step moved(Step step, int gone, int instead) {
        return new Step(step.operation(), moved(step.inputs(), gone, instead), step.first(), step.second());
    }

    private static List<Integer> moved(List<Integer> places, int gone, int instead) {
        return places.stream()
                .map(place -> place == gone ? instead : place > gone ? place - 1 : place)
                .toList();
    }

    /** Without an input that nothing takes. */
    private static Stream<RandomProgram> inputs(RandomProgram program) {
        if (program.inputs().size() == 1) {
            return Stream.of();
        }
        return IntStream.range(0, program.inputs().size())
                .filter(place -> !program.outputs().contains(place)
                        && program.steps().stream()
                                .noneMatch(step -> step.inputs().contains(place)))
                .mapToObj(place -> {
                    List<RandomInput> inputs = new ArrayList<>(program.inputs());
                    inputs.remove(place);
                    List<Step> steps = program.steps().stream()
                            .map(step -> moved(step, place, 0))
                            .toList();
                    return new RandomProgram(program.seed(), inputs, steps, moved(program.outputs(), place, 0));
                });
    }

    /** With one operation that slides with each batch, so that fewer batches do. */
    private static Stream<RandomProgram> slides(RandomProgram program) {
        return IntStream.range(0, program.steps().size())
                .filter(slow -> program.steps().get(slow).second() > 1)
                .mapToObj(slow -> {
                    List<Step> steps = new ArrayList<>(program.steps());
                    Step step = steps.get(slow);
                    steps.set(slow, new Step(step.operation(), step.inputs(), step.first(), 1));
                    return with(program, steps, program.outputs());
                });
    }

    /** With half of the batches, and without one batch each. */
    private static Stream<RandomProgram> batches(RandomProgram program) {
        return smaller(IntStream.range(0, program.batches()).boxed().toList())
                .filter(kept -> !kept.isEmpty())
                .map(kept -> withInputs(
                        program,
                        input -> new RandomInput(
                                input.kind(),
                                input.partitions(),
                                kept.stream().map(input.batches()::get).toList())));
    }

    /** With a batch smaller, or an input in one partition. */
    private static Stream<RandomProgram> records(RandomProgram program) {
        return program.inputs().stream().flatMap(changed -> {
            Stream<RandomInput> fewerRecords = IntStream.range(0, program.batches())
                    .boxed()
                    .flatMap(batch -> smaller(changed.batches().get(batch)).map(records -> {
                        List<List<Object>> batches = new ArrayList<>(changed.batches());
                        batches.set(batch, records);
                        return new RandomInput(changed.kind(), changed.partitions(), batches);
                    }));
            Stream<RandomInput> onePartition = changed.partitions() == 1
                    ? Stream.of()
                    : Stream.of(new RandomInput(changed.kind(), 1, changed.batches()));
            return Stream.concat(fewerRecords, onePartition)
                    .map(instead -> withInputs(program, input -> input == changed ? instead : input));
        });
    }

    /** A list empty, halved, and without one of its elements each. */
    private static <T> Stream<List<T>> smaller(List<T> list) {
        int size = list.size();
        if (size == 0) {
            return Stream.of();
        }
        Stream<List<T>> cuts = Stream.of(List.of(), list.subList(0, size / 2), list.subList(size / 2, size));
        Stream<List<T>> singles = IntStream.range(0, size).mapToObj(gone -> {
            List<T> kept = new ArrayList<>(list);
            kept.remove(gone);
            return kept;
        });
        return Stream.concat(cuts, singles).filter(kept -> kept.size() < size);
    }

    private static RandomProgram with(RandomProgram program, List<Step> steps, List<Integer> outputs) {
        return new RandomProgram(program.seed(), program.inputs(), steps, outputs);
    }

    private static RandomProgram withInputs(RandomProgram program, UnaryOperator<RandomInput> change) {
        List<RandomInput> inputs = program.inputs().stream().map(change).toList();
        return new RandomProgram(program.seed(), inputs, program.steps(), program.outputs());
    }
}
