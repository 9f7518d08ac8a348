/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.faults;

import dev.millrace.error.MillraceException;
import dev.millrace.rdd.StorageLevel;
import dev.millrace.streaming.receiver.Receiver;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * A receiver that stores the numbers that have arrived, each with itself as its position, from where an earlier one of its program
 * knew its numbers durable. It is an actor of its own: one number or one block a step.
 */
final class NumberSource extends Receiver<Integer> implements OneThread.Actor {
    static final String ACTOR = "source";
    private static final long serialVersionUID = 1;

    private final transient SimulatedThreads program;
    private final transient Arrivals arrivals;
    private final transient Random random;
    private final transient BooleanSupplier isFenced;
    private final transient BooleanSupplier isCalm;
    private boolean runs;
    private int lives;
    private long next;
    private long stored;

    /** What is outside of all programs: how much has come, and of how much a program has said that it is durable. */
    static final class Arrivals {
        private long count;
        private long acknowledged;
        private @Nullable String lost;

        void arrive(int more) {
            count += more;
        }

        long count() {
            return count;
        }

        /** Whoever sends forgets these numbers. */
        void acknowledge(long until) {
            acknowledged = Math.max(acknowledged, until);
        }

        /** A program goes on behind these numbers, and must have all that were forgotten. */
        void goOnBehind(long durable) {
            if (durable < acknowledged && lost == null) {
                lost = "a receiver was told that " + acknowledged + " is durable, and the next goes on behind "
                        + durable;
            }
        }

        @Nullable
        String lost() {
            return lost;
        }
    }

    /**
     * @param isFenced whether another program has the checkpoint of this one
     * @param isCalm whether nothing goes wrong any more
     */
    NumberSource(
            SimulatedThreads program,
            Arrivals arrivals,
            Random random,
            BooleanSupplier isFenced,
            BooleanSupplier isCalm) {
        super(StorageLevel.MEMORY_AND_DISK_SER());
        this.program = program;
        this.arrivals = arrivals;
        this.random = random;
        this.isFenced = isFenced;
        this.isCalm = isCalm;
    }

    @Override
    public void onStart() {
        long durable = this.<Long>lastDurablePosition().orElse(0L);
        if (!isFenced.getAsBoolean()) {
            arrivals.goOnBehind(durable);
        }
        next = durable + 1;
        runs = true;
        lives++;
    }

    @Override
    public void onStop() {
        runs = false;
    }

    @Override
    protected void onDurable(Object position) {
        arrivals.acknowledge((Long) position);
    }

    @Override
    public SimulatedThreads program() {
        return program;
    }

    @Override
    public String name() {
        return ACTOR;
    }

    @Override
    public boolean isReady() {
        return runs && next <= arrivals.count();
    }

    /** The last number that was stored. */
    long stored() {
        return stored;
    }

    @Override
    public void step() {
        int life = lives;
        long until = Math.min(arrivals.count(), next + random.nextInt(3));
        try {
            if (random.nextInt(3) > 0) {
                long number = next++;
                store((int) number, number);
                stored = number;
            } else if (random.nextInt(20) == 0 && !isCalm.getAsBoolean()) {
                restart("it is asked to");
            } else {
                long from = next;
                next = until + 1;
                store(
                        LongStream.rangeClosed(from, until)
                                .mapToObj(number -> (int) number)
                                .toList(),
                        until);
                stored = until;
                arrivals.acknowledge(until);
            }
        } catch (MillraceException e) {
            runs = runs && life != lives; // the program goes no further, or this is restarted
        }
    }
}
