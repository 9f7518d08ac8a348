/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.memory;

import dev.millrace.error.CodecException;
import dev.millrace.internal.codec.ValueCodec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** The space in which an engine holds data: the budget, files for the excess, and their codec. Thread safe. */
public final class MemorySpace implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("dev.millrace.memory");

    private final MemoryBudget budget;
    private final SpillDirectory files;
    private final Supplier<ValueCodec> codec;
    private final boolean sentOn;
    private final Set<String> warned = ConcurrentHashMap.newKeySet();

    /**
     * @param codec of the types that are declared by now, because a program may declare some while it runs
     */
    public MemorySpace(MemoryBudget budget, SpillDirectory files, Supplier<ValueCodec> codec) {
        this(budget, files, codec, false);
    }

    private MemorySpace(MemoryBudget budget, SpillDirectory files, Supplier<ValueCodec> codec, boolean sentOn) {
        this.budget = budget;
        this.files = files;
        this.codec = codec;
        this.sentOn = sentOn;
    }

    /** One of a single task, which sends on as bytes what it holds: it has no limit, and nothing is spilled. */
    public static MemorySpace ofTask(ValueCodec codec) {
        SpillDirectory none = new SpillDirectory(Path.of(""));
        none.close();
        return new MemorySpace(new MemoryBudget(Long.MAX_VALUE), none, () -> codec, true);
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

    /** Of the types that are declared by now. */
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

    @Override
    public void close() {
        files.close();
    }
}
