/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.checkpoint.Checkpoint;
import dev.millrace.internal.checkpoint.CheckpointContents;
import dev.millrace.internal.checkpoint.Reading;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.log.EpochFile;
import dev.millrace.internal.log.FrameReader;
import dev.millrace.internal.owner.Ownership;
import dev.millrace.streaming.BatchTime;
import dev.millrace.testkit.FaultyFileStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** The invariants that must hold after each event of a simulation, on the disk as it is and as a power failure may leave it. */
final class Invariants {
    private static final long WINDOW = 3000;
    private static final String RECEIPTS = "receipts/";
    private static final Integer TAKEN_BACK = -1;

    private final Sink sink;
    private final Course course;

    Invariants(Sink sink, Course course) {
        this.sink = sink;
        this.course = course;
    }

    /** What has happened so far, as the simulation knows it. */
    interface Course {
        /**
         * The times of the batches that were decided or planned, up to one, in order.
         *
         * @param contents the checkpoint that tells of them, or null if all is published
         */
        List<Long> batches(@Nullable CheckpointContents contents, long last);

        /** How many numbers the decided batches have taken, by what a checkpoint says of the input. */
        long taken(CheckpointContents contents);
    }

    void check(FaultyFileStore disk, long seed) {
        assertThat(sink.broken()).isEmpty();
        checkImage(disk.copy(), seed, "the disk");
        checkImage(disk.ifPowerFailed(seed), seed, "the disk after a power failure");
    }

    /** Every number is in one batch, and all are visible. */
    void checkAllProcessed(long last) {
        List<String> numbers = new ArrayList<>();
        for (long time : course.batches(null, sink.lastVisible())) {
            numbers.addAll(sink.lines(SimulatedProgram.NUMBERS, time, List.of()));
        }
        assertThat(numbers).isEqualTo(numbers(last));
    }

    private static List<String> numbers(long last) {
        return LongStream.rangeClosed(1, last).mapToObj(String::valueOf).toList();
    }

    private void checkImage(FaultyFileStore image, long seed, String what) {
        CheckpointContents contents;
        try {
            contents = Checkpoint.read(image);
        } catch (CheckpointException e) {
            assertThat(e).as("%s must be readable", what).hasMessageContaining("no program has used it");
            assertThat(sink.lastVisible())
                    .as("%s has no batch, and readers see one", what)
                    .isZero();
            return;
        }
        long last = lastDecided(contents);
        assertThat(sink.lastVisible(contents.toRetract()))
                .as("%s: what is visible is decided", what)
                .isLessThanOrEqualTo(last);
        checkBatches(contents, last, what);
        checkPlans(contents, last, what);
        checkReceipts(image, contents, last, what);
        if (seed % 4 == 0) {
            checkKept(image, seed / 4, what);
        }
    }

    static long lastDecided(CheckpointContents contents) {
        BatchTime decided = contents.lastDecided();
        return decided == null ? 0 : decided.milliseconds();
    }

    /** Any of the batches that are kept can be had again, with the state of then. */
    private void checkKept(FaultyFileStore image, long seed, String what) {
        List<BatchTime> kept = Reading.kept(image);
        if (!kept.isEmpty()) {
            BatchTime batch = kept.get((int) Math.floorMod(seed, (long) kept.size()));
            CheckpointContents before = Checkpoint.readBefore(image, batch);
            checkBatches(before, lastDecided(before), what + " before batch " + batch);
        }
    }

    /** Outputs and state are those of the numbers that the batches have taken, each number once and in order. */
    private void checkBatches(CheckpointContents contents, long last, String what) {
        TreeMap<Long, List<String>> taken = new TreeMap<>();
        Map<String, Integer> sums = new TreeMap<>();
        for (long time : course.batches(contents, last)) {
            Map<String, List<String>> open = contents.unpublished().getOrDefault(new BatchTime(time), Map.of());
            List<String> numbers = lines(SimulatedProgram.NUMBERS, time, open);
            taken.put(time, numbers);
            numbers.forEach(number -> sums.merge(
                    "" + Integer.parseInt(number) % SimulatedProgram.KEYS, Integer.parseInt(number), Integer::sum));
            assertThat(lines(SimulatedProgram.SUMS, time, open))
                    .as("%s: sums of batch %s", what, time)
                    .containsExactlyInAnyOrderElementsOf(lines(sums));
            assertThat(lines(SimulatedProgram.RECENT, time, open))
                    .as("%s: window of batch %s", what, time)
                    .containsExactlyInAnyOrderElementsOf(flat(taken.tailMap(time - WINDOW, false)));
        }
        List<String> all = flat(taken);
        assertThat(all).as("%s: numbers taken", what).isEqualTo(numbers(all.size()));
        assertThat(state(contents)).as("%s: state", what).containsExactlyInAnyOrderElementsOf(lines(sums));
    }

    private List<String> lines(String output, long time, Map<String, List<String>> staged) {
        return sink.lines(output, time, staged.getOrDefault(output, List.of()));
    }

    private static List<String> flat(Map<Long, List<String>> lines) {
        return lines.values().stream().flatMap(List::stream).toList();
    }

    private static List<String> lines(Map<String, Integer> sums) {
        return sums.entrySet().stream().map(Object::toString).toList();
    }

    private static List<String> state(CheckpointContents contents) {
        return contents.step(SimulatedProgram.SUMS, ValueCodec.builtIn()).stream()
                .map(entry -> entry.key() + "=" + entry.value())
                .toList();
    }

    /** Batches are planned one after the other, each from where the one before has ended. */
    private void checkPlans(CheckpointContents contents, long last, String what) {
        List<Long> plans =
                contents.plans().keySet().stream().map(BatchTime::milliseconds).toList();
        long newest = plans.isEmpty() ? last : plans.get(plans.size() - 1);
        assertThat(course.batches(contents, newest).stream()
                        .filter(time -> time > last)
                        .toList())
                .as("%s: batches after %s", what, last)
                .isEqualTo(plans);
        long visible = course.batches(contents, last).stream()
                .mapToLong(time -> lines(
                                SimulatedProgram.NUMBERS,
                                time,
                                contents.unpublished().getOrDefault(new BatchTime(time), Map.of()))
                        .size())
                .sum();
        assertThat(course.taken(contents))
                .as("%s: numbers before the position of the last decided batch", what)
                .isEqualTo(visible);
    }

    /** A batch that is committed has one receipt of each output, and no batch has two. */
    private void checkReceipts(FaultyFileStore image, CheckpointContents contents, long last, String what) {
        List<List<?>> records = receipts(image);
        for (String output : List.of(SimulatedProgram.NUMBERS, SimulatedProgram.SUMS, SimulatedProgram.RECENT)) {
            List<Long> receipts = receipts(records, output);
            assertThat(receipts)
                    .as("%s: receipts of %s", what, output)
                    .doesNotHaveDuplicates()
                    .isSorted();
            for (long time : course.batches(contents, last)) {
                if (!contents.unpublished().containsKey(new BatchTime(time))) {
                    assertThat(receipts).as("%s: receipts of %s", what, output).contains(time);
                }
            }
            assertThat(receipts)
                    .as("%s: receipts of %s", what, output)
                    .allMatch(time -> time <= last || isToRetract(contents, time, output));
        }
    }

    /**
     * A disk that has lost what was durable, the end of the newest journal: a start is refused, or nothing of what outputs have
     * published is missing.
     *
     * @return what becomes of it
     */
    String checkLostEnd(FaultyFileStore image, Random random) {
        List<String> journals = image.files().stream()
                .filter(path -> path.startsWith("journal/"))
                .toList();
        if (journals.isEmpty()) {
            return "there is no journal";
        }
        String newest = journals.get(journals.size() - 1);
        int length = image.read(newest).length;
        image.truncate(newest, length - random.nextInt(length));
        List<List<?>> records = receipts(image);
        try {
            Reading.forAStart(image, contents -> {
                for (String output :
                        List.of(SimulatedProgram.NUMBERS, SimulatedProgram.SUMS, SimulatedProgram.RECENT)) {
                    assertThat(receipts(records, output))
                            .as("receipts of %s when the journal has lost its end", output)
                            .allMatch(time -> time <= lastDecided(contents) || isToRetract(contents, time, output));
                }
                return "";
            });
        } catch (CheckpointException e) {
            return "refused";
        }
        return "nothing is lost";
    }

    private static boolean isToRetract(CheckpointContents contents, long time, String output) {
        return contents.toRetract().getOrDefault(new BatchTime(time), List.of()).contains(output);
    }

    /** Returns what stands in the files of receipts that hold something and are not void. */
    private static List<List<?>> receipts(FaultyFileStore image) {
        Map<EpochFile, List<List<?>>> files = new TreeMap<>();
        List<String> names = image.files().stream()
                .filter(path -> path.startsWith(RECEIPTS))
                .map(path -> path.substring(RECEIPTS.length()))
                .toList();
        for (EpochFile file : EpochFile.of(names)) {
            List<List<?>> records = records(image, RECEIPTS + file.name());
            if (!records.isEmpty()) {
                files.put(file, records);
            }
        }
        files.keySet().retainAll(EpochFile.live(List.copyOf(files.keySet()), List.of()));
        List<List<?>> all = new ArrayList<>();
        files.values().forEach(all::addAll);
        return all;
    }

    private static List<Long> receipts(List<List<?>> records, String output) {
        List<Long> receipts = new ArrayList<>();
        for (List<?> record : records) {
            if (record.get(0).equals(true)) { // it tells all
                receipts.clear();
            }
            Map<?, ?> batches = (Map<?, ?>) ((Map<?, ?>) record.get(1)).get(output);
            for (Map.Entry<?, ?> batch : batches == null ? List.<Map.Entry<?, ?>>of() : batches.entrySet()) {
                if (batch.getValue().equals(TAKEN_BACK)) {
                    receipts.remove(batch.getKey());
                } else {
                    receipts.add((Long) batch.getKey());
                }
            }
        }
        return receipts;
    }

    private static List<List<?>> records(FaultyFileStore image, String path) {
        List<List<?>> records = new ArrayList<>();
        try (FrameReader reader = Ownership.filesIn(image).read(path, true)) {
            for (byte[] frame = reader.next(); frame != null; frame = reader.next()) {
                records.add((List<?>) ValueCodec.builtIn().decode(frame));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return records;
    }
}
