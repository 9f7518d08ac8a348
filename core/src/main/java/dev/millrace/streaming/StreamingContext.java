/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import dev.millrace.MillraceConf;
import dev.millrace.MillraceContext;
import dev.millrace.internal.codec.Declarable;
import dev.millrace.internal.conf.Options;
import dev.millrace.internal.conf.Settings;
import dev.millrace.internal.engine.ContextRuntime;
import dev.millrace.internal.graph.RememberedBatches;
import dev.millrace.internal.graph.StreamGraph;
import dev.millrace.internal.graph.StreamNode;
import dev.millrace.internal.graph.StreamOutput;
import dev.millrace.internal.io.output.FileOutput;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.operators.MutationCheck;
import dev.millrace.internal.program.Driver;
import dev.millrace.internal.program.ProgramAccess;
import dev.millrace.spi.Clock;
import dev.millrace.spi.StagedOutput;
import dev.millrace.streaming.event.StreamingListener;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A streaming program: its inputs, streams and outputs, and its life. Build the streams first, then {@link #start()} in
 * real time, or {@link #runBatches} in virtual time; a stopped context is not used again. Several contexts in one process
 * are independent. Building belongs to one thread; the life-cycle methods may be called from any.
 */
public final class StreamingContext extends StreamCombinations implements AutoCloseable {
    static {
        ProgramAccess.DOOR.open(StreamingContext::driver);
    }

    private final MillraceContext context;
    private final Settings settings;
    private final Driver driver;
    private final Operator made = Operator.here("StreamingContext");

    /** Makes an engine of its own, which stops with this context. */
    public StreamingContext(MillraceConf conf, Duration batchInterval) {
        this(new MillraceContext(conf), batchInterval, true, Clock.SYSTEM);
    }

    /** Makes an engine of its own, of this master and with this name, which stops with this context. */
    public StreamingContext(String master, String appName, Duration batchInterval) {
        this(new MillraceConf().setMaster(master).setAppName(appName), batchInterval);
    }

    /** Runs on the engine of {@code context}. */
    public StreamingContext(MillraceContext context, Duration batchInterval) {
        this(context, batchInterval, false, Clock.SYSTEM);
    }

    StreamingContext(MillraceContext context, Duration batchInterval, boolean owned, Clock clock) {
        if (batchInterval.toMillis() < 1) {
            throw new IllegalArgumentException("a batch interval of " + batchInterval.toMillis()
                    + " ms; it must be at least 1 ms, such as Durations.seconds(1)");
        }
        ContextRuntime runtime = ContextRuntime.of(context);
        runtime.checkNotStopped();
        this.context = context;
        settings = runtime.settings().copy();
        driver = new Driver(runtime, owned, new StreamGraph(batchInterval), settings, clock);
        driver.madeAt(made);
    }

    /** A context in this process on all its processors. */
    public static StreamingContext local(Duration batchInterval) {
        return new StreamingContext(new MillraceConf().setMaster("local[*]"), batchInterval);
    }

    /** The context that makes datasets, and holds the engine on which this program runs. */
    public MillraceContext millraceContext() {
        return context;
    }

    /** This context itself: there is no other one inside. */
    public StreamingContext ssc() {
        return this;
    }

    /** The jar that a class was loaded from, as {@link MillraceContext#jarOfClass} has it. */
    public static String[] jarOfClass(Class<?> type) {
        return MillraceContext.jarOfClass(type);
    }

    // ---- outputs ----

    /** Text files in {@code directory}, a directory a batch; for {@code stream.to(...)}. */
    public static StagedOutput<Object> textFiles(String directory) {
        return FileOutput.textFiles(directory);
    }

    // ---- settings ----

    /** Keeps plans, state and commits in a directory, so that the program survives its end. */
    public void checkpoint(String directory) {
        Operator operator = Operator.here("checkpoint");
        checkNotStarted("checkpoint", operator);
        if (directory == null || directory.isBlank()) {
            throw new IllegalArgumentException(
                    operator + " names no directory; pass one, or leave the call out to keep nothing");
        }
        settings.set(Options.CHECKPOINT_DIRECTORY.key(), directory);
    }

    /**
     * Declares types, as {@link MillraceConf#registerTypes} does, where the streams are built, so that tests have them too. Streams
     * made before can keep them as well. An abstract type that is not sealed declares nothing and is refused.
     */
    public void registerTypes(Class<?>... declared) {
        Operator operator = Operator.here("registerTypes");
        checkNotStarted("registerTypes", operator);
        Declarable.check(operator, declared);
        context.getConf().registerTypes(declared);
    }

    /** Has a listener told of what happens from now on; see there for threads and order. */
    public void addStreamingListener(StreamingListener listener) {
        driver.listeners().add(listener);
    }

    /** Tells that listener nothing more. */
    public void removeStreamingListener(StreamingListener listener) {
        driver.listeners().remove(listener);
    }

    // ---- life ----

    /** The state of the context in its life. */
    public StreamingContextState getState() {
        return driver.state();
    }

    /** The failure by which the context stopped by itself: a batch that failed for good. */
    public Optional<RuntimeException> failure() {
        return Optional.ofNullable(driver.failure());
    }

    /** The newest batch that is complete, or was when the checkpoint was written. */
    public Optional<BatchTime> lastBatchTime() {
        return Optional.ofNullable(driver.lastBatchTime());
    }

    /**
     * Checks the whole program and starts it in real time: batches at whole multiples of the interval. If it is refused, the
     * context stays CREATED: mend the cause and start it again, or close it.
     *
     * @throws dev.millrace.error.InvalidProgramException listing everything that is wrong
     * @throws dev.millrace.error.CheckpointException if another program has the checkpoint, or it is damaged or does not fit
     * @throws IllegalStateException if the context was started before, or its MillraceContext is stopped or in use
     */
    public void start() {
        driver.start();
    }

    /**
     * Runs {@code batches} batches one after the other on the calling thread, in virtual time that begins at 0: no thread
     * waits, and the output is the same in every run. Call it again to go on. If another thread stops the context meanwhile, it
     * returns, whatever becomes of the batch under way: the result of that stop tells. An interrupt, which may be one that a
     * function of the program passes on, has it return behind that batch, and stays. The batches behind it are not run.
     *
     * @throws dev.millrace.error.BatchFailedException if a batch fails for good; the context is stopped then
     * @throws IllegalStateException if the context was stopped before, or if this is called within a batch or by a listener
     */
    public void runBatches(int batches) {
        driver.runBatches(batches);
    }

    /**
     * Runs everything that is there now, in batches of bounded size, on the calling thread; for jobs that run once.
     * Receivers are not started, because nobody knows what is there for them: of theirs it takes what earlier runs have
     * logged. A stop by another thread and an interrupt end it as they end {@link #runBatches}.
     */
    public void runAvailable() {
        driver.runAvailable();
    }

    /**
     * Runs a batch of an earlier run again, from its plan and the state before it, on the calling thread, in place of a
     * start. Nothing of the checkpoint and of outputs is written, no receiver starts, and a program that runs on the same
     * checkpoint is not disturbed. The context is stopped afterwards; if the replay is refused, it stays CREATED.
     *
     * @throws dev.millrace.error.CheckpointException if the checkpoint does not retain the batch
     * @throws dev.millrace.error.BatchFailedException if the batch fails now
     */
    public Replay replay(ReplayRequest request) {
        return driver.replay(request);
    }

    /**
     * Waits until the context has stopped.
     *
     * @throws dev.millrace.error.BatchFailedException if it stopped because a batch failed for good
     * @throws IllegalStateException if it was not started, or if an output, task, transform function or listener calls this
     */
    public void awaitTermination() throws InterruptedException {
        driver.awaitTermination(Duration.ofMillis(Long.MAX_VALUE));
    }

    /** Like {@link #awaitTermination()}; false if the time was up before. */
    public boolean awaitTerminationOrTimeout(long milliseconds) throws InterruptedException {
        return driver.awaitTermination(Duration.ofMillis(milliseconds));
    }

    /**
     * Stops: receivers end, and what they stored gets a last batch; then no batch is begun, and those that are planned may
     * finish until the deadline. What is not finished then is rolled back without a trace, and run again at the next start
     * from the same checkpoint. With a deadline of zero there is no last batch: what is logged waits for the next start, and
     * without a checkpoint it is lost. The engine ends too if it is this context's own; a MillraceContext that was given goes on.
     */
    public StopResult stop(Duration deadline) {
        return driver.stop(deadline, driver.ownsContext());
    }

    /**
     * Stops now, and the engine with it, also one that was given; {@code stop(false)} leaves that, and so does this with
     * {@code millrace.streaming.stopMillraceContextByDefault} false.
     */
    public void stop() {
        stop(settings.get(Options.STOP_CONTEXT), false);
    }

    /** Stops now; the engine too if {@code stopMillraceContext} says so. */
    public void stop(boolean stopMillraceContext) {
        stop(stopMillraceContext, false);
    }

    /** Stops; with {@code stopGracefully} the batches that are planned get {@code gracefulStopTimeout} to finish. */
    public void stop(boolean stopMillraceContext, boolean stopGracefully) {
        driver.stop(stopGracefully ? settings.get(Options.STOP_TIMEOUT) : Duration.ZERO, stopMillraceContext);
    }

    /** {@link #stop(Duration)} by {@code gracefulStopTimeout}. */
    @Override
    public void close() {
        stop(settings.get(Options.STOP_TIMEOUT));
    }

    // ---- internal ----

    @Override
    StreamingContext self() {
        return this;
    }

    Driver driver() {
        return driver;
    }

    RememberedBatches remembered() {
        return driver.graph().remembered();
    }

    Settings settings() {
        return settings;
    }

    Duration interval() {
        return driver.graph().interval();
    }

    void add(StreamNode<?> node) {
        checkNotStarted(node.operator().name(), node.operator());
        driver.graph().add(node);
    }

    void add(StreamOutput<?> output) {
        checkNotStarted(output.operator().name(), output.operator());
        driver.graph().add(output);
    }

    void checkNotStarted(String operation, Operator operator) {
        NotStarted.check(driver.state(), operation, operator);
    }

    /** {@code the StreamingContext made at FILE:LINE}. */
    @Override
    public String toString() {
        return "the StreamingContext made at " + made.callSite();
    }

    @Nullable
    MutationCheck mutationCheck() {
        return settings.get(Options.CHECK_MUTATION) ? new MutationCheck(context.codec()) : null;
    }
}
