/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.checkpoint.Checkpoint;
import dev.millrace.internal.checkpoint.Recovered;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.frames.FrameReader;
import dev.millrace.streaming.BatchTime;
import dev.millrace.testkit.FaultyFileStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** What must hold after each event of a simulation, on the disk as it is and as a power failure may leave it. */
final class Invariants {
    private static final long INTERVAL = 1000;
    private static final int WINDOW = 3;
    private static final int TAKEN_BACK = -1;

    private final Sink sink;
    private final SimulatedProgram program;

    Invariants(Sink sink, SimulatedProgram program) {
        this.sink = sink;
        this.program = program;
    }

    void check(FaultyFileStore disk, long seed) {
        assertThat(sink.broken()).isEmpty();
        checkImage(disk.copy(), "the disk");
        checkImage(disk.ifPowerFailed(seed), "the disk after a power failure");
    }

    /** Every number is in one batch, and all are visible. */
    void checkAllProcessed() {
        List<String> numbers = new ArrayList<>();
        for (long time = INTERVAL; time <= sink.lastVisible(); time += INTERVAL) {
            numbers.addAll(sink.lines(SimulatedProgram.NUMBERS, time, List.of()));
        }
        assertThat(numbers).isEqualTo(numbers(program.lastNumber()));
    }

    private static List<String> numbers(int last) {
        return IntStream.rangeClosed(1, last).mapToObj(String::valueOf).toList();
    }

    private void checkImage(FaultyFileStore image, String what) {
        Recovered recovered;
        try {
            recovered = Checkpoint.read(image);
        } catch (CheckpointException e) {
            assertThat(e).as("%s must be readable", what).hasMessageContaining("no program has used it");
            assertThat(sink.lastVisible())
                    .as("%s has no batch, and readers see one", what)
                    .isZero();
            return;
        }
        BatchTime decided = recovered.lastDecided();
        long last = decided == null ? 0 : decided.milliseconds();
        assertThat(sink.lastVisible(recovered.toRetract()))
                .as("%s: what is visible is decided", what)
                .isLessThanOrEqualTo(last);
        checkBatches(recovered, last, what);
        checkPlans(recovered, last, what);
        checkReceipts(image, recovered, last, what);
    }

    /** Outputs and state are those of the numbers that the batches have taken, each number once and in order. */
    private void checkBatches(Recovered recovered, long last, String what) {
        List<List<String>> taken = new ArrayList<>();
        Map<String, Integer> sums = new TreeMap<>();
        for (long time = INTERVAL; time <= last; time += INTERVAL) {
            BatchTime batch = new BatchTime(time);
            Map<String, List<String>> open = recovered.unpublished().getOrDefault(batch, Map.of());
            List<String> numbers =
                    sink.lines(SimulatedProgram.NUMBERS, time, open.getOrDefault(SimulatedProgram.NUMBERS, List.of()));
            taken.add(numbers);
            numbers.forEach(number -> sums.merge(
                    "" + Integer.parseInt(number) % SimulatedProgram.KEYS, Integer.parseInt(number), Integer::sum));
            assertThat(sink.lines(SimulatedProgram.SUMS, time, open.getOrDefault(SimulatedProgram.SUMS, List.of())))
                    .as("%s: sums of batch %s", what, time)
                    .containsExactlyInAnyOrderElementsOf(lines(sums));
            assertThat(sink.lines(SimulatedProgram.RECENT, time, open.getOrDefault(SimulatedProgram.RECENT, List.of())))
                    .as("%s: window of batch %s", what, time)
                    .containsExactlyInAnyOrderElementsOf(
                            taken.subList(Math.max(0, taken.size() - WINDOW), taken.size()).stream()
                                    .flatMap(List::stream)
                                    .toList());
        }
        int count = taken.stream().mapToInt(List::size).sum();
        assertThat(taken.stream().flatMap(List::stream).toList())
                .as("%s: numbers taken", what)
                .isEqualTo(numbers(count));
        assertThat(state(recovered)).as("%s: state", what).containsExactlyInAnyOrderElementsOf(lines(sums));
    }

    private static List<String> lines(Map<String, Integer> sums) {
        return sums.entrySet().stream().map(Object::toString).toList();
    }

    private static List<String> state(Recovered recovered) {
        return recovered.step(SimulatedProgram.SUMS, ValueCodec.builtIn()).stream()
                .map(entry -> entry.key() + "=" + entry.value())
                .toList();
    }

    /** Batches are planned one after the other, each from where the one before has ended. */
    private void checkPlans(Recovered recovered, long last, String what) {
        long due = last + INTERVAL;
        for (BatchTime planned : recovered.plans().keySet()) {
            assertThat(planned.milliseconds()).as("%s: next plan", what).isEqualTo(due);
            due += INTERVAL;
        }
        Map<Object, Object> position = recovered.position(SimulatedProgram.INPUT);
        long taken = position == null ? 0 : (long) position.getOrDefault("taken", 0L);
        assertThat(taken).as("%s: position", what).isLessThanOrEqualTo(program.fed());
        long content = recovered.plans().values().stream()
                .mapToLong(
                        slices -> slices.get(SimulatedProgram.INPUT).content().size())
                .sum();
        int decided = (int) IntStream.iterate(1, time -> time * INTERVAL <= last, time -> time + 1)
                .mapToLong(time -> sink.lines(
                                SimulatedProgram.NUMBERS,
                                time * INTERVAL,
                                recovered
                                        .unpublished()
                                        .getOrDefault(new BatchTime(time * INTERVAL), Map.of())
                                        .getOrDefault(SimulatedProgram.NUMBERS, List.of()))
                        .size())
                .sum();
        assertThat(program.numbersIn(taken - content))
                .as("%s: numbers before the position of the last decided batch", what)
                .isEqualTo(decided);
    }

    /** A batch that is committed has one receipt of each output, and no batch has two. */
    private void checkReceipts(FaultyFileStore image, Recovered recovered, long last, String what) {
        for (String output : List.of(SimulatedProgram.NUMBERS, SimulatedProgram.SUMS, SimulatedProgram.RECENT)) {
            List<Long> receipts = receipts(image, output);
            assertThat(receipts)
                    .as("%s: receipts of %s", what, output)
                    .doesNotHaveDuplicates()
                    .isSorted();
            for (long time = INTERVAL; time <= last; time += INTERVAL) {
                if (!recovered.unpublished().containsKey(new BatchTime(time))) {
                    assertThat(receipts).as("%s: receipts of %s", what, output).contains(time);
                }
            }
            assertThat(receipts)
                    .as("%s: receipts of %s", what, output)
                    .allMatch(time -> time <= last
                            || recovered
                                    .toRetract()
                                    .getOrDefault(new BatchTime(time), List.of())
                                    .contains(output));
        }
    }

    private static List<Long> receipts(FaultyFileStore image, String output) {
        List<Long> receipts = new ArrayList<>();
        for (String path : image.files()) {
            if (path.startsWith("receipts/" + output + "/")) {
                List<Long> known = new ArrayList<>(receipts); // a new file begins with those of the one before
                try (FrameReader reader = new FrameReader(image, path, true)) {
                    for (byte[] frame = reader.next(); frame != null; frame = reader.next()) {
                        List<?> receipt = (List<?>) ValueCodec.builtIn().decode(frame);
                        Long time = (Long) receipt.get(0);
                        if (receipt.get(1).equals(TAKEN_BACK)) {
                            receipts.remove(time);
                            known.remove(time);
                        } else if (!known.contains(time)) {
                            receipts.add(time);
                        }
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
        return receipts;
    }
}
