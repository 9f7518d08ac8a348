/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.memory;

import dev.millrace.error.CodecException;
import dev.millrace.error.MillraceException;
import dev.millrace.internal.codec.ValueCodec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** The space in which an engine holds data: the budget, files for the excess, and their codec. Thread safe. */
public final class MemorySpace implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("dev.millrace.memory");

    private final MemoryBudget budget;
    private final SpillDirectory files;
    private final Supplier<ValueCodec> codec;
    private final boolean sentOn;
    private final Background background = new Background();
    private final SpillTrouble trouble;
    private final Set<String> warned = ConcurrentHashMap.newKeySet();

    /**
     * @param codec of the types that are declared by now, because a program may declare some while it runs
     */
    public MemorySpace(MemoryBudget budget, SpillDirectory files, Supplier<ValueCodec> codec) {
        this(budget, files, codec, System::nanoTime);
    }

    /** @param nanos a clock, by which it is tried again to spill what was refused */
    public MemorySpace(MemoryBudget budget, SpillDirectory files, Supplier<ValueCodec> codec, LongSupplier nanos) {
        this(budget, files, codec, nanos, false);
    }

    private MemorySpace(
            MemoryBudget budget, SpillDirectory files, Supplier<ValueCodec> codec, LongSupplier nanos, boolean sentOn) {
        this.budget = budget;
        this.files = files;
        this.codec = codec;
        trouble = new SpillTrouble(files.parent(), nanos);
        this.sentOn = sentOn;
    }

    /** One of a single task, which sends on as bytes what it holds: it has no limit, and nothing is spilled. */
    public static MemorySpace ofTask(ValueCodec codec) {
        SpillDirectory none = new SpillDirectory(Path.of(""));
        none.close();
        return new MemorySpace(new MemoryBudget(Long.MAX_VALUE), none, () -> codec, System::nanoTime, true);
    }

    /** Returns whether all that is held here is sent on as bytes, so that it must be encodable. */
    public boolean isSentOn() {
        return sentOn;
    }

    public MemoryBudget budget() {
        return budget;
    }

    public Reservation reservation() {
        return new Reservation(budget);
    }

    /** Somewhere to put entries of {@code parts} values each, in {@code streams} sequences. */
    public Spill spill(int streams, int parts) {
        return new Spill(this, streams, parts);
    }

    /**
     * A new file for blocks of bytes.
     *
     * @throws IOException if there is no room, or the engine is closed
     */
    public SpillFile newFile() throws IOException {
        return files.newFile();
    }

    /**
     * The path of a file for spilled data, which the caller makes and deletes.
     *
     * @throws IOException if the engine is closed
     */
    public Path newPath() throws IOException {
        return files.newPath();
    }

    /** Returns whether it is worth a try to spill what could stay in memory as well: nothing was refused just before. */
    public boolean maySpill() {
        return trouble.isWorthATry();
    }

    /** The error of whoever must write data that the spill directory does not take. */
    public MillraceException cannotSpill(IOException why) {
        return trouble.refused(why);
    }

    /** Says, now and then, that the spill directory does not take what therefore stays in memory. */
    public void staysInMemory(IOException why) {
        trouble.staysInMemory(why);
    }

    /** Something was spilled. */
    public void spilled() {
        trouble.written();
    }

    /** The codec of the types that are declared by now. */
    public ValueCodec codec() {
        return codec.get();
    }

    /** Says once for each reason why data stays in memory though there is too little of it. */
    public void staysInMemory(CodecException reason) {
        if (warned.add(String.valueOf(reason.getMessage()))) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "memory is short, and data that should be encoded stays in memory as objects, beyond"
                            + " millrace.memory.budget: {0}",
                    reason.getMessage());
        }
    }

    /** The executor that puts files together while batches go on: one thread of low priority. It is waited for only if files run out. */
    public Executor background() {
        return background;
    }

    /** Whatever works in the background is to have been told to end. */
    @Override
    public void close() {
        background.close();
        files.close();
    }
}
