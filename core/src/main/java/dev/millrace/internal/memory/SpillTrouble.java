/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.memory;

import dev.millrace.internal.errors.Causes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * A spill directory that takes nothing, because its disk is full, say: the words for it, and when it is worth another try. A task that
 * must write fails with {@link #refused}, and is tried again; data that can stay in memory stays, and is tried again
 * after a while. Any thread.
 */
final class SpillTrouble {
    private static final System.Logger LOG = System.getLogger("dev.millrace.memory");
    private static final long PAUSE = TimeUnit.SECONDS.toNanos(1);
    private static final long SILENCE = TimeUnit.MINUTES.toNanos(1);

    private final Path directory;
    private final LongSupplier nanos;
    private volatile boolean refuses; // since something was written
    private volatile long tryAt;
    private boolean said; // ever; guarded by this, as all that follows
    private boolean isOver = true; // as far as the log tells
    private long sayAt;

    SpillTrouble(Path directory, LongSupplier nanos) {
        this.directory = directory;
        this.nanos = nanos;
    }

    /** Returns whether it is worth a try: nothing was refused within the last second. */
    boolean isWorthATry() {
        return !refuses || nanos.getAsLong() - tryAt >= 0;
    }

    /** Notes that something was refused, and gives the error for it. */
    SpillRefused refused(IOException why) {
        tell(why);
        return new SpillRefused("data that finds no room in memory cannot be spilled: " + text(why) + remedy(), why);
    }

    /** Notes that something was refused that stays in memory. */
    void staysInMemory(IOException why) {
        tell(why);
    }

    private void tell(IOException why) {
        long now = nanos.getAsLong();
        synchronized (this) {
            tryAt = now + PAUSE;
            refuses = true;
            if (said && now - sayAt < 0) { // a small file may find room in between
                return;
            }
            said = true;
            isOver = false;
            sayAt = now + SILENCE;
        }
        LOG.log(
                System.Logger.Level.ERROR,
                "the spill directory takes nothing: " + text(why)
                        + ". Tasks that need it wait and are tried again, and other data stays in memory meanwhile, beyond"
                        + " millrace.memory.budget" + remedy());
    }

    /** Something was written. */
    void written() {
        if (!refuses) {
            return;
        }
        synchronized (this) {
            refuses = false;
            if (isOver) {
                return;
            }
            isOver = true;
        }
        LOG.log(System.Logger.Level.INFO, "the spill directory below " + directory + " takes data again");
    }

    private String text(IOException why) {
        return Causes.text(why) + "; the disk of " + directory + " has " + free() + " free";
    }

    private String free() {
        for (Path path = directory.toAbsolutePath(); path != null; path = path.getParent()) {
            try {
                return Files.getFileStore(path).getUsableSpace() + " bytes";
            } catch (IOException e) {
                continue; // it may not be there yet
            }
        }
        return "an unknown number of bytes";
    }

    private static String remedy() {
        return "; free space there, or set millrace.memory.spillDirectory or a larger millrace.memory.budget";
    }
}
