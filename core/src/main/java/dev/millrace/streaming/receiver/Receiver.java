/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.receiver;

import dev.millrace.internal.receive.ReceiverAccess;
import dev.millrace.internal.receive.RunningReceiver;
import dev.millrace.rdd.StorageLevel;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Takes data in from outside and stores it, for {@code ssc.receiverStream(...)}. A subclass either overrides {@link #run},
 * which has a thread of its own, or {@link #onStart} and {@link #onStop}, which must return soon and start and end threads
 * of the receiver's own.
 *
 * <h2>Life</h2>
 * {@code onStart}, then {@code run}; {@code onStop} when the program stops, or when the receiver asks for a restart or a
 * stop; then the thread of {@code run} is interrupted and awaited. A restart begins again after a delay. What {@code run}
 * throws is a restart; when it returns the receiver has ended. {@code onStart} and {@code onStop} are never called at the
 * same time. A receiver takes no thread of the master.
 *
 * <h2>Storing</h2>
 * Any thread may store. What one thread stores keeps its order; each stored record comes in exactly one batch. With a
 * checkpoint directory everything is written to a log and is in a batch only once it is durable there. {@link #store(Object)}
 * gathers records to blocks and returns before that; the forms with several records make one block and return when it is
 * durable, so that the sender can be told. A store waits while too much is stored that no batch has processed, and longer
 * if a rate is set. A receiver may store until its {@code onStop} has returned, at a stop and at a restart; batches go on
 * meanwhile. Then stores, waiting ones too, end with a {@link dev.millrace.error.CancelledException}, and so does a wait
 * that is interrupted: what they held is not stored. An interrupt alone, without a wait, changes nothing. Only while a store of a whole block waits for it to become durable may
 * an interrupt leave it open whether it is stored.
 *
 * <h2>Exactly once</h2>
 * A receiver of a source that can be read again stores with positions (numbers, text, lists and maps of those) and begins
 * at {@link #lastDurablePosition()}. What was stored after that position is not in the log and never in a batch.
 *
 * @param <T> the type of the records; with a checkpoint directory built-in, or declared by {@code registerTypes(...)}
 */
public abstract class Receiver<T> {
    static {
        ReceiverAccess.DOOR.open(new ReceiverAccess() {
            @Override
            public <T> void attach(Receiver<T> receiver, RunningReceiver<T> control) {
                receiver.attach(control);
            }

            @Override
            public boolean run(Receiver<?> receiver) throws Exception {
                receiver.hasRun = true;
                receiver.run();
                return receiver.hasRun;
            }

            @Override
            public <T> RunningReceiver<T> control(Receiver<T> receiver) {
                return receiver.control();
            }

            @Override
            public void durable(Receiver<?> receiver, Object position) {
                receiver.onDurable(position);
            }
        });
    }

    private final StorageLevel storageLevel;
    private volatile @Nullable RunningReceiver<T> control;
    private volatile boolean hasRun;

    /** A receiver whose records stand where {@code storageLevel} says until their batch is done, unless they are logged. */
    protected Receiver(StorageLevel storageLevel) {
        this.storageLevel = storageLevel;
    }

    // ---- implemented by subclasses ----

    /** Begins to receive; returns soon. An exception is a restart. */
    public void onStart() {}

    /**
     * Ends what {@link #onStart} began; returns soon. Until then everything can still be stored, so that a receiver can flush
     * what it holds, or wait for a thread of its own. The thread of {@link #run} is interrupted afterwards.
     */
    public void onStop() {}

    /** Receives until the thread is interrupted or nothing more will come. */
    protected void run() throws Exception {
        hasRun = false;
    }

    /**
     * Everything up to {@code position} is durable. Called in order on a thread of this receiver: tell the sender, and
     * return. An exception is told to the listeners.
     */
    protected void onDurable(Object position) {}

    /** On which host it would best run. In this process, and on Spark where receivers run in the driver, it is ignored. */
    public Optional<String> preferredLocation() {
        return Optional.empty();
    }

    // ---- storing ----

    /**
     * Stores one record, with those around it; waits while there is no room.
     *
     * @throws dev.millrace.error.CodecException if its type cannot be encoded; it is not stored then, and the receiver may go on.
     *     What only the values in a record tell shows when the records around it are stored, and ends the program
     */
    public final void store(T record) {
        control().store(record, null);
    }

    /** Stores one record, of which {@code position} is the place in its source, as {@link #store(Object)} does. */
    public final void store(T record, Object position) {
        control().store(record, position);
    }

    /** Stores records as one block, and returns when it is durable. */
    public final void store(List<? extends T> records) {
        control().storeAll(records.iterator(), null);
    }

    /** Stores records as one block, after which the source is at {@code position}. */
    public final void store(List<? extends T> records, Object position) {
        control().storeAll(records.iterator(), position);
    }

    /** Stores records as one block, and returns when it is durable. */
    public final void store(Iterator<? extends T> records) {
        control().storeAll(records, null);
    }

    /** Stores records as one block, after which the source is at {@code position}. */
    public final void store(Iterator<? extends T> records, Object position) {
        control().storeAll(records, position);
    }

    /**
     * Stores a list of records that is encoded already, by {@code MillraceContext.codec()}; returns when it is durable.
     *
     * @throws dev.millrace.error.CodecException if it cannot be decoded, unless such blocks are put aside; nothing is stored
     *     then
     */
    public final void store(ByteBuffer encodedList) {
        control().storeEncoded(encodedList, null);
    }

    /** Stores an encoded list of records, after which the source is at {@code position}. */
    public final void store(ByteBuffer encodedList, Object position) {
        control().storeEncoded(encodedList, position);
    }

    /**
     * The position of the newest record that is durable, from an earlier run of the program too; empty if none is. While
     * {@link #onStart} runs everything that this receiver has stored before is durable or will never be.
     *
     * @param <P> the type of the positions that this receiver stores
     */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // it gets back what it stored
    public final <P> Optional<P> lastDurablePosition() {
        return (Optional<P>) control().lastDurablePosition();
    }

    // ---- telling ----

    /** Tells the listeners of a problem; the receiver goes on. */
    public final void reportError(String message, Throwable error) {
        control().reportError(message, error);
    }

    /** Stops and starts this receiver again, after {@code receiverRestartDelay}; returns at once. */
    public final void restart(String message) {
        control().restart(message, null, null);
    }

    /** Like {@link #restart(String)}, with the error that is the reason. */
    public final void restart(String message, Throwable error) {
        control().restart(message, error, null);
    }

    /** Like {@link #restart(String)}, with the error that is the reason, after {@code delayMilliseconds}. */
    public final void restart(String message, Throwable error, int delayMilliseconds) {
        control().restart(message, error, Duration.ofMillis(delayMilliseconds));
    }

    /** Ends this receiver for good; returns at once. The program goes on without it. */
    public final void stop(String message) {
        control().stop(message, null);
    }

    /** Like {@link #stop(String)}, with the error that is the reason. */
    public final void stop(String message, Throwable error) {
        control().stop(message, error);
    }

    // ---- asking ----

    /** Returns whether it runs: false before the program starts, while it waits for a restart, and once it is stopped. */
    public final boolean isStarted() {
        RunningReceiver<T> attached = control;
        return attached != null && attached.isStarted();
    }

    /** Returns whether it has been stopped for good, by itself or with its program; false before the program starts. */
    public final boolean isStopped() {
        RunningReceiver<T> attached = control;
        return attached != null && attached.isStopped();
    }

    /** The number of this stream among the inputs of its program. */
    public final int streamId() {
        return control().streamId();
    }

    /** The storage level that it was made with. */
    public final StorageLevel storageLevel() {
        return storageLevel;
    }

    // ---- internal ----

    private RunningReceiver<T> control() {
        RunningReceiver<T> attached = control;
        if (attached == null) {
            throw new IllegalStateException("this receiver belongs to no running program, so it cannot store or report;"
                    + " pass it to ssc.receiverStream(...) and begin in onStart() or run()");
        }
        return attached;
    }

    private synchronized void attach(RunningReceiver<T> running) {
        RunningReceiver<T> before = control;
        if (before != null && !before.isStopped()) {
            throw new IllegalStateException(
                    "this receiver already belongs to a running stream; make a new receiver for each stream");
        }
        control = running;
    }
}
