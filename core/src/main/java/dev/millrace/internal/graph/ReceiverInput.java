/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.graph;

import dev.millrace.internal.lineage.BlocksNode;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.internal.lineage.UnionNode;
import dev.millrace.internal.receive.RunningReceiver;
import dev.millrace.internal.receive.TakenBlocks;
import dev.millrace.spi.InputSlice;
import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.receiver.Receiver;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes what a receiver has stored. A slice is a run of block numbers; the position is the number of the next block and,
 * if the receiver stores with positions, that of its source; and of the last batches where each began, so that the log
 * keeps their blocks as long as these batches can be had again.
 */
public final class ReceiverInput<T> extends InputNode<T> {
    private static final String NEXT = "next";
    private static final String SOURCE = "source";
    private static final String RETAINED = "retained";
    private static final String NEWEST = "newest";
    private static final String LOGGED = "logged";

    private final Receiver<T> receiver;
    private @Nullable RunningReceiver<T> running;
    private int partitions = 1;
    private @Nullable RetainedBlocks retained;

    public ReceiverInput(Operator operator, Duration slide, Receiver<T> receiver) {
        super(operator, slide);
        this.receiver = receiver;
        setRecordTypes(FunctionTypes.argument(receiver.getClass(), Receiver.class));
    }

    /** A position in words; null if it is not that of a receiver. */
    public static @Nullable String inWords(Map<Object, Object> position) {
        Object next = position.get(NEXT);
        Object source = position.get(SOURCE);
        return next == null
                ? null
                : "a receiver: next is block " + next + (source == null ? "" : ", its source is at " + source);
    }

    /** The first block that a slice of a receiver takes; -1 if it takes none, or is of another kind of input. */
    public static long firstBlock(InputSlice slice) {
        return slice.positions().containsKey(RETAINED) ? from(slice) : -1;
    }

    /** The number behind the last block of a slice with a {@link #firstBlock}. */
    public static long endOfBlocks(InputSlice slice) {
        return until(slice);
    }

    /** Returns whether a position is one up to which blocks were taken from the log. */
    public static boolean isLogged(@Nullable Map<Object, Object> position) {
        return position != null && Boolean.TRUE.equals(position.get(LOGGED));
    }

    /** The number behind the last block that batches have taken, by a position; 0 if it is not that of a receiver. */
    public static long nextBlock(@Nullable Map<Object, Object> position) {
        return position == null ? 0 : (long) position.getOrDefault(NEXT, 0L);
    }

    /** The position at which a block is the next. */
    public static Map<Object, Object> positionAt(long nextBlock) {
        return Map.of(NEXT, nextBlock);
    }

    @Override
    protected boolean isOwn(Map<Object, Object> position) {
        return inWords(position) != null;
    }

    @Override
    protected void open(@Nullable Map<Object, Object> position, InputServices services) {
        partitions = services.partitions();
        Map<Object, Object> known = position == null ? Map.of() : position;
        long next = (long) known.getOrDefault(NEXT, 0L);
        retained = new RetainedBlocks(services, next, begins(known), (long) known.getOrDefault(NEWEST, 0L));
        RunningReceiver.Identity identity = new RunningReceiver.Identity(name(), index(), toString());
        running = new RunningReceiver<>(receiver, services.reception().get(), identity, next, known.get(SOURCE));
        if (isLogged(known)) {
            running.expectLog(next);
        }
    }

    @Override
    public void start() {
        opened().start();
    }

    @Override
    public void seal() {
        opened().seal();
    }

    @Override
    public InputSlice next(BatchTime batch) {
        TakenBlocks taken = opened().take(slide());
        RetainedBlocks.Begins begins = retained().planned(taken.from(), taken.until());
        if (taken.from() == taken.until()) {
            return InputSlice.EMPTY;
        }
        Map<Object, @Nullable Object> positions = new LinkedHashMap<>();
        positions.put(NEXT, taken.until());
        positions.put(RETAINED, begins.blocks());
        positions.put(NEWEST, begins.newest());
        positions.put(LOGGED, opened().isLogged());
        if (taken.position() != null) {
            positions.put(SOURCE, taken.position());
        }
        return new InputSlice(
                taken.records(),
                "blocks " + taken.from() + " to " + (taken.until() - 1),
                List.of(taken.from(), taken.until()),
                positions);
    }

    @Override
    public void skip() {
        retained().skipped();
    }

    @SuppressWarnings("unchecked") // only this class writes it
    private static List<Long> begins(Map<Object, ?> position) {
        List<Long> stored = (List<Long>) position.get(RETAINED);
        return stored == null ? List.of() : stored;
    }

    @Override
    protected RddNode<T> lineage(InputSlice slice) {
        return slice.isEmpty()
                ? new UnionNode<>(operator(), List.of())
                : new BlocksNode<>(operator(), opened().blocks(from(slice), until(slice)), partitions);
    }

    private static long from(InputSlice slice) {
        return (long) slice.content().get(0);
    }

    private static long until(InputSlice slice) {
        return (long) slice.content().get(1);
    }

    @Override
    public void retire(InputSlice slice) {
        long needed = retained().decided();
        opened().retire(slice.isEmpty() ? needed : until(slice), needed);
    }

    private RetainedBlocks retained() {
        return Objects.requireNonNull(retained);
    }

    @Override
    public boolean takesRate() {
        return isReceiver();
    }

    @Override
    public void setRate(double recordsPerSecond) {
        opened().setRate(recordsPerSecond);
    }

    private RunningReceiver<T> opened() {
        if (running == null) {
            throw new IllegalStateException(this + " is not open");
        }
        return running;
    }

    @Override
    protected boolean isReceiver() {
        return true;
    }

    @Override
    public boolean hasMore() {
        return running != null && running.hasMore();
    }

    @Override
    public void requestStop() {
        if (running != null) {
            running.requestStop();
        }
    }

    @Override
    public void awaitStopped() {
        if (running != null) {
            running.awaitStopped();
        }
    }

    @Override
    public Set<Thread> running() {
        return running == null ? Set.of() : running.threads();
    }

    @Override
    protected void close() {
        if (running != null) {
            running.close();
        }
    }
}
