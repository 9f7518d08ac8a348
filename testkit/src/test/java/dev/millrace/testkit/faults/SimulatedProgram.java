/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.faults;

import dev.millrace.Tuple2;
import dev.millrace.internal.checkpoint.CheckpointContents;
import dev.millrace.rdd.RDD;
import dev.millrace.spi.OutputBatch;
import dev.millrace.spi.StagedOutput;
import dev.millrace.streaming.DStream;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StateType;
import dev.millrace.streaming.StreamingContext;
import dev.millrace.testkit.FaultyFileStore;
import dev.millrace.testkit.StreamProgram;
import dev.millrace.testkit.TestInput;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * The program of a simulation: numbers 1, 2, 3... come in; out go the numbers of each batch, their sum for each of four keys,
 * and the numbers of the last three batches. What it must give is computed in plain collections from the first output.
 */
final class SimulatedProgram implements StreamProgram, Invariants.Course {
    static final String INPUT = "numbers";
    static final String NUMBERS = "taken numbers";
    static final String SUMS = "sums";
    static final String RECENT = "recent numbers";
    static final int KEYS = 4;
    private static final long INTERVAL = 1000;

    private final Sink sink;
    private Watch watch = new Watch() {};
    private @Nullable FaultyFileStore disk;
    private int lastNumber;
    private final List<Fed> fed = new ArrayList<>();
    private int untilFailure; // tasks, 0 for never
    private boolean failsLate;

    SimulatedProgram(Sink sink) {
        this.sink = sink;
    }

    /** Who looks on while outputs are written. */
    interface Watch {
        /** A task stages, or has staged, a part. */
        default void staging(long batch, boolean written) throws IOException {}

        /** A part becomes visible now. */
        default void publishing(long batch) throws IOException {}

        /** The staged or published parts of a batch are about to go. */
        default void discarding(long batch) throws IOException {}
    }

    void watchedBy(Watch watching) {
        watch = watching;
    }

    /** The disk of the program that starts next; when that is dead it is. */
    void disk(FaultyFileStore next) {
        disk = next;
    }

    /** Lets so many batches of data come. */
    void feed(TestInput<Integer> input, int batches, Random random) {
        for (int i = 0; i < batches; i++) {
            List<Integer> numbers = new ArrayList<>();
            for (int left = random.nextInt(4); left > 0; left--) {
                numbers.add(++lastNumber);
            }
            Fed batch = new Fed(numbers, 1 + random.nextInt(2));
            batch.into(input);
            fed.add(batch);
        }
    }

    /** Lets all that has come so far come to another program, too. */
    void feedAgain(TestInput<Integer> input) {
        fed.forEach(batch -> batch.into(input));
    }

    /** A batch of data. */
    private record Fed(List<Integer> numbers, int partitions) {
        void into(TestInput<Integer> input) {
            input.partitions(partitions).batch(numbers.toArray(Integer[]::new));
        }
    }

    /** How many batches of data have come. */
    int fed() {
        return fed.size();
    }

    /** The last number that has come. */
    int lastNumber() {
        return lastNumber;
    }

    @Override
    public List<Long> batches(@Nullable CheckpointContents contents, long last) {
        return LongStream.rangeClosed(1, last / INTERVAL)
                .mapToObj(batch -> batch * INTERVAL)
                .toList();
    }

    @Override
    public long taken(CheckpointContents contents) {
        Map<Object, Object> position = contents.position(INPUT);
        long taken = position == null ? 0 : (long) position.getOrDefault("taken", 0L);
        long planned = contents.plans().values().stream()
                .mapToLong(slices -> slices.get(INPUT).content().size())
                .sum();
        return fed.stream()
                .limit(taken - planned)
                .mapToInt(batch -> batch.numbers().size())
                .sum();
    }

    /** One of the next tasks fails, before or after it has written. */
    void failTask(int tasks, boolean late) {
        untilFailure = tasks;
        failsLate = late;
    }

    private void task(boolean late) throws IOException {
        if (late == failsLate && untilFailure > 0 && --untilFailure == 0) {
            throw new IOException("injected failure of a task");
        }
    }

    @Override
    public void build(StreamingContext context) {
        build(context.queueStream(new ArrayDeque<RDD<Integer>>()).named(INPUT), new Watch() {
            @Override
            public void staging(long batch, boolean written) throws IOException {
                watch.staging(batch, written);
            }

            @Override
            public void publishing(long batch) throws IOException {
                watch.publishing(batch);
            }

            @Override
            public void discarding(long batch) throws IOException {
                watch.discarding(batch);
            }
        });
    }

    /** The program on that input; the watch is of this life only. */
    StagedOutput<Object> build(DStream<Integer> numbers, Watch looking) {
        FaultyFileStore own = disk;
        StagedOutput<Object> output = sink.output(new Sink.Gate() {
            @Override
            public void checkAlive() throws IOException {
                if (own != null && own.isDead()) {
                    throw new IOException("the power has failed");
                }
            }

            @Override
            public void staging(OutputBatch batch, boolean written) throws IOException {
                looking.staging(batch.time().milliseconds(), written);
                task(written);
            }

            @Override
            public void publishing(OutputBatch batch) throws IOException {
                looking.publishing(batch.time().milliseconds());
            }

            @Override
            public void discarding(OutputBatch batch) throws IOException {
                looking.discarding(batch.time().milliseconds());
            }
        });
        numbers.map(number -> (Object) number).to(output).named(NUMBERS);
        numbers.mapToPair(number -> Tuple2.of(number % KEYS, number))
                .updateStateByKey(
                        StateType.of(SUMS, Integer.class),
                        (values, sum) -> Optional.of(sum.orElse(0)
                                + values.stream().mapToInt(value -> value).sum()))
                .map(sum -> (Object) (sum._1() + "=" + sum._2()))
                .to(output)
                .named(SUMS);
        numbers.window(Durations.seconds(3), Durations.seconds(1))
                .named("recent")
                .map(number -> (Object) number)
                .to(output)
                .named(RECENT);
        return output;
    }
}
