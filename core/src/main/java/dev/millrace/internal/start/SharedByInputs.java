/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.start;

import dev.millrace.internal.checkpoint.CheckpointContents;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.conf.Options;
import dev.millrace.internal.conf.Settings;
import dev.millrace.internal.engine.ContextRuntime;
import dev.millrace.internal.graph.InputServices;
import dev.millrace.internal.log.Epoch;
import dev.millrace.internal.receive.Reception;
import dev.millrace.internal.receive.WriteAheadLog;
import dev.millrace.internal.threads.Threads;
import dev.millrace.spi.Clock;
import dev.millrace.spi.FileStore;
import dev.millrace.streaming.event.StreamingListener;
import java.io.IOException;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Owns what the inputs of a program share, and closes it after the last of them. The receivers' {@link Reception} is made when the first
 * input needs it. What an input is given is {@link InputServices}, which only asks for it.
 */
public final class SharedByInputs implements AutoCloseable {
    private final ContextRuntime runtime;
    private final Settings settings;
    private final Clock clock;
    private final Threads threads;
    private final ValueCodec codec;
    private final Consumer<Consumer<StreamingListener>> listeners;
    private final boolean replays;
    private @Nullable FileStore log;
    private Epoch epoch = Epoch.NONE;
    private @Nullable Reception reception;

    /**
     * @param listeners are told what becomes of receivers and sources
     * @param replays whether the batch is a repetition, so that no external system is told of what the inputs give
     */
    public SharedByInputs(
            ContextRuntime runtime,
            Settings settings,
            Clock clock,
            Threads threads,
            ValueCodec codec,
            Consumer<Consumer<StreamingListener>> listeners,
            boolean replays) {
        this.runtime = runtime;
        this.settings = settings;
        this.clock = clock;
        this.threads = threads;
        this.codec = codec;
        this.listeners = listeners;
        this.replays = replays;
    }

    /**
     * @param store where what receivers store is logged, or null not to log it
     * @param by the program that writes there
     * @param contents what the checkpoint held, or null without one
     */
    public InputServices open(@Nullable FileStore store, Epoch by, @Nullable CheckpointContents contents) {
        log = store;
        epoch = by;
        return new InputServices(
                this::reception,
                runtime.engine().defaultParallelism(),
                settings.get(Options.RETAINED_BATCHES),
                contents == null ? 0 : contents.decided(),
                contents == null ? 0 : contents.plans().size(),
                input -> new InputContext(input, settings, clock, listeners),
                replays);
    }

    /** For each stream of which the log holds something, the number of its next block. */
    Map<String, Long> loggedBlocks() throws IOException {
        return log != null && WriteAheadLog.isIn(log) ? reception().nextBlocks() : Map.of();
    }

    /** Blocks of some streams before these numbers are not needed any more in the log. */
    void retireLogged(Map<String, Long> firstNeeded) {
        if (!firstNeeded.isEmpty()) {
            reception().retire(firstNeeded);
        }
    }

    private Reception reception() {
        if (reception == null) {
            reception = new Reception(log, epoch, settings, clock, threads, runtime.memory(), codec, listeners);
        }
        return reception;
    }

    @Override
    public void close() {
        if (reception != null) {
            reception.close();
        }
    }
}
