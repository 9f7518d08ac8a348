/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.races;

import dev.millrace.rdd.StorageLevel;
import dev.millrace.streaming.receiver.Receiver;
import java.util.Iterator;
import java.util.stream.LongStream;

/** Numbers of a range from a source that can be read again, a few in a block. */
final class Feed extends Receiver<Amount> {
    private static final int MOST = 4;

    private final int race;
    private final long from;
    private final long end;
    private final Mischief mischief;
    private final Runnable allStored;

    Feed(int race, long from, long end, Mischief mischief, Runnable allStored) {
        super(StorageLevel.MEMORY_AND_DISK_SER());
        this.race = race;
        this.from = from;
        this.end = end;
        this.mischief = mischief;
        this.allStored = allStored;
    }

    @Override
    public void onStart() {
        mischief.at(Place.ON_START);
    }

    @Override
    public void onStop() {
        mischief.at(Place.ON_STOP);
    }

    @Override
    protected void onDurable(Object position) {
        mischief.at(Place.ON_DURABLE);
    }

    @Override
    protected void run() {
        long next = this.<Long>lastDurablePosition().orElse(from);
        while (next < end) {
            long until = Math.min(end, next + MOST);
            Iterator<Amount> numbers = LongStream.range(next, until)
                    .mapToObj(number -> {
                        mischief.at(Place.STORE);
                        return Amount.of(race, number);
                    })
                    .iterator();
            store(numbers, until);
            next = until;
        }
        allStored.run();
    }
}
