/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.window;

import dev.millrace.internal.memory.Sampler;
import dev.millrace.internal.memory.SizeEstimate;

/** Asks for room while the contents of a window grow in one slide: by a sample of what enters, and measured anew before it gives up. */
final class Growth {
    private final Contents<?, ?> contents;
    private final Room room;
    private final Sampler sampler = new Sampler();
    private long measured; // keys and values
    private long entered; // since then

    Growth(Contents<?, ?> contents, Room room) {
        this.contents = contents;
        this.room = room;
        measured = contents.bytes(SizeEstimate.ofSeveral()) - contents.frameBytes();
    }

    /** A record has entered. */
    void entered(Object key, Object value) {
        if (sampler.isDue()) {
            look(key, value);
        }
    }

    private void look(Object key, Object value) {
        entered += sampler.interval();
        sampler.add(0, key, value);
        sampler.next();
        if (room.has(contents.frameBytes() + measured + entered * sampler.mean())) {
            return;
        }
        long bytes = contents.bytes(SizeEstimate.ofSeveral());
        if (!room.has(bytes)) {
            throw new Room.NoRoom();
        }
        measured = bytes - contents.frameBytes();
        entered = 0;
    }
}
