/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import dev.millrace.MillraceConf;
import dev.millrace.MillraceContext;
import dev.millrace.function.Function;
import dev.millrace.internal.codec.Declarable;
import dev.millrace.internal.conf.Options;
import dev.millrace.internal.conf.Settings;
import dev.millrace.internal.conf.SocketOptions;
import dev.millrace.internal.engine.ContextRuntime;
import dev.millrace.internal.graph.InputNode;
import dev.millrace.internal.graph.QueueInput;
import dev.millrace.internal.graph.ReceiverInput;
import dev.millrace.internal.graph.RememberedBatches;
import dev.millrace.internal.graph.SourceInput;
import dev.millrace.internal.graph.StreamGraph;
import dev.millrace.internal.graph.StreamNode;
import dev.millrace.internal.graph.StreamOutput;
import dev.millrace.internal.io.MalformedInput;
import dev.millrace.internal.io.files.FilePaths;
import dev.millrace.internal.io.files.FileSource;
import dev.millrace.internal.io.files.FixedRecords;
import dev.millrace.internal.io.files.TextFormat;
import dev.millrace.internal.io.output.FileOutput;
import dev.millrace.internal.io.socket.DecodingReceiver;
import dev.millrace.internal.io.socket.Endpoint;
import dev.millrace.internal.io.socket.LineReceiver;
import dev.millrace.internal.io.socket.RawReceiver;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.operators.MutationCheck;
import dev.millrace.internal.program.Driver;
import dev.millrace.internal.program.ProgramAccess;
import dev.millrace.internal.quarantine.EntryReader;
import dev.millrace.internal.quarantine.QuarantineSource;
import dev.millrace.rdd.RDD;
import dev.millrace.rdd.StorageLevel;
import dev.millrace.spi.Clock;
import dev.millrace.spi.FileFormat;
import dev.millrace.spi.QuarantinedRecord;
import dev.millrace.spi.Source;
import dev.millrace.spi.StagedOutput;
import dev.millrace.streaming.event.StreamingListener;
import dev.millrace.streaming.receiver.Receiver;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Queue;
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

    // ---- inputs ----

    /** A stream of the RDDs that are put into a queue, one a batch; RDDs that are added later are seen. */
    public <T> InputDStream<T> queueStream(Queue<RDD<T>> queue) {
        return queueStream(queue, true);
    }

    /** With {@code oneAtATime} false, a batch takes all that is in the queue. */
    public <T> InputDStream<T> queueStream(Queue<RDD<T>> queue, boolean oneAtATime) {
        return input(new QueueInput<>(Operator.here("queueStream"), interval(), queue, oneAtATime, null));
    }

    /** {@code whenEmpty} is taken when the queue has nothing. */
    public <T> InputDStream<T> queueStream(Queue<RDD<T>> queue, boolean oneAtATime, RDD<T> whenEmpty) {
        return input(new QueueInput<>(Operator.here("queueStream"), interval(), queue, oneAtATime, whenEmpty));
    }

    /** The lines of the files that appear in a directory from now on; see {@link #textFileStream(Path, FileStreamOptions)}. */
    public FileDStream<String> textFileStream(String directory) {
        return textFileStream(FilePaths.of(directory), FileStreamOptions.NEW_FILES);
    }

    /**
     * The lines of the files that appear in a directory; see {@link #textFileStream(Path, FileStreamOptions)}.
     *
     * @param newFilesOnly whether files that are there at the very first start are passed over
     */
    public FileDStream<String> textFileStream(String directory, boolean newFilesOnly) {
        return textFileStream(
                FilePaths.of(directory), newFilesOnly ? FileStreamOptions.NEW_FILES : FileStreamOptions.ALL_FILES);
    }

    /**
     * The lines of the files that appear in a directory of any file system. Files must be moved or renamed into it when
     * they are complete, and must not change afterwards; each path is read once, however old the file is, and oldest
     * first. Nested directories are not read, nor names that begin with a dot or underscore or end in {@code .tmp}. Lines
     * are UTF-8; files whose names end in {@code .gz} are decompressed, other large ones are several partitions.
     *
     * @param directory its segments may be globs, such as {@code /logs/*}{@code /in}, evaluated in each batch
     */
    public FileDStream<String> textFileStream(Path directory, FileStreamOptions options) {
        Operator operator = Operator.here("textFileStream");
        MalformedInput malformed = MalformedInput.of(settings, operator);
        TextFormat format = new TextFormat(malformed, settings.get(Options.MAX_LINE_BYTES));
        return files(operator, directory, options, format, malformed);
    }

    /** The records of the files that appear in a directory from now on, in a format of the program's own. */
    public <T> FileDStream<T> fileStream(String directory, FileFormat<T> format) {
        return fileStream(FilePaths.of(directory), format, FileStreamOptions.NEW_FILES);
    }

    /** The records of files in a format of the program's own; with the rules of {@link #textFileStream(Path, FileStreamOptions)}. */
    public <T> FileDStream<T> fileStream(Path directory, FileFormat<T> format, FileStreamOptions options) {
        Operator operator = Operator.here("fileStream");
        return files(operator, directory, options, format, MalformedInput.of(settings, operator));
    }

    /** The records of the files that appear in a directory from now on, each of {@code recordLength} bytes. */
    public FileDStream<byte[]> binaryRecordsStream(String directory, int recordLength) {
        return binaryRecordsStream(FilePaths.of(directory), recordLength, FileStreamOptions.NEW_FILES);
    }

    /** Records of one length; with the rules of {@link #textFileStream(Path, FileStreamOptions)}. */
    public FileDStream<byte[]> binaryRecordsStream(Path directory, int recordLength, FileStreamOptions options) {
        Operator operator = Operator.here("binaryRecordsStream");
        MalformedInput malformed = MalformedInput.of(settings, operator);
        FixedRecords format = new FixedRecords("binaryRecordsStream", recordLength, malformed);
        return files(operator, directory, options, format, malformed);
    }

    private <T> FileDStream<T> files(
            Operator operator,
            Path directory,
            FileStreamOptions options,
            FileFormat<T> format,
            MalformedInput malformed) {
        FileSource<T> source = new FileSource<>(
                directory,
                options.filter(),
                options.newFilesOnly(),
                format,
                malformed,
                settings,
                context.defaultParallelism());
        SourceInput<T> node = new SourceInput<>(operator, interval(), source);
        add(node);
        return new FileDStream<>(this, node, source);
    }

    /** A stream of a replayable source. */
    public <T> InputDStream<T> from(Source<T> source) {
        return input(new SourceInput<>(Operator.here("from"), interval(), source));
    }

    /**
     * A stream of the records that an earlier run has put aside, of all operators and of malformed input; see
     * {@link #quarantined(Path, String, Class)}.
     */
    public InputDStream<QuarantineEntry> quarantined(Path directory) {
        context.getConf().registerTypes(QuarantineEntry.class, QuarantinedRecord.Encoding.class);
        return quarantined(Operator.here("quarantined"), directory, new EntryReader.Entries());
    }

    /**
     * The records that {@code onError} has put aside at one operator, as the operator was given them. With a checkpoint
     * directory each comes exactly once. The stream gives what is there when the program is started; a program may so read
     * its own quarantine: what fails again comes at the next start. Files of the quarantine must not be changed.
     *
     * @param directory of the quarantine, by default {@code quarantine} in the checkpoint directory of the program that
     *     put them aside
     * @param operator the name of the stream that had {@code onError}
     * @param type the type of the records that its function takes
     */
    public <T> InputDStream<T> quarantined(Path directory, String operator, Class<T> type) {
        return quarantined(Operator.here("quarantined"), directory, new EntryReader.Records<>(operator, type));
    }

    private <T> InputDStream<T> quarantined(Operator operator, Path directory, EntryReader<T> reader) {
        QuarantineSource<T> source =
                new QuarantineSource<>(directory, reader, context.defaultParallelism(), context::codec);
        return input(new SourceInput<>(operator, interval(), source));
    }

    /** A stream of the records that a receiver stores. Several receivers run at once, and none takes a thread of the master. */
    public <T> InputDStream<T> receiverStream(Receiver<T> receiver) {
        return receive(Operator.here("receiverStream"), receiver);
    }

    private <T> InputDStream<T> receive(Operator operator, Receiver<T> receiver) {
        return input(new ReceiverInput<>(operator, interval(), receiver));
    }

    /** {@link #socketTextStream(String, int, StorageLevel)} with {@code MEMORY_AND_DISK_SER}. */
    public InputDStream<String> socketTextStream(String host, int port) {
        return socketTextStream(Operator.here("socketTextStream"), host, port, StorageLevel.MEMORY_AND_DISK_SER());
    }

    /**
     * The lines that a server sends: UTF-8, ended by a line feed, before which a carriage return is cut off; a last line
     * without end counts when the server ends the connection. Whenever that happens, or connecting fails, it is tried again
     * after {@code receiverRestartDelay}. With a checkpoint directory what was logged is processed exactly once; what was
     * not when the program is killed is lost, as a socket cannot be read again.
     */
    public InputDStream<String> socketTextStream(String host, int port, StorageLevel level) {
        return socketTextStream(Operator.here("socketTextStream"), host, port, level);
    }

    private InputDStream<String> socketTextStream(Operator operator, String host, int port, StorageLevel level) {
        return receive(
                operator, new LineReceiver(endpoint(host, port), level, settings.get(SocketOptions.MAX_LINE_BYTES)));
    }

    /**
     * The records that {@code decoder} finds in what a server sends. It is called for each connection, and its iterator may
     * wait for the server. When it ends or throws, the connection is made again after {@code receiverRestartDelay}.
     */
    public <T> InputDStream<T> socketStream(
            String host, int port, Function<InputStream, Iterable<T>> decoder, StorageLevel level) {
        return receive(Operator.here("socketStream"), new DecodingReceiver<>(endpoint(host, port), level, decoder));
    }

    /** {@link #rawSocketStream(String, int, StorageLevel)} with {@code MEMORY_AND_DISK_SER}. */
    public <T> InputDStream<T> rawSocketStream(String host, int port) {
        return rawSocketStream(Operator.here("rawSocketStream"), host, port, StorageLevel.MEMORY_AND_DISK_SER());
    }

    /**
     * The records of blocks that a server sends encoded: a length of four bytes, the highest first, then the bytes of
     * {@code millraceContext().codec().encode(list)}. They are stored as they are and decoded in tasks.
     */
    public <T> InputDStream<T> rawSocketStream(String host, int port, StorageLevel level) {
        return rawSocketStream(Operator.here("rawSocketStream"), host, port, level);
    }

    private <T> InputDStream<T> rawSocketStream(Operator operator, String host, int port, StorageLevel level) {
        return receive(
                operator, new RawReceiver<>(endpoint(host, port), level, settings.get(SocketOptions.MAX_BLOCK_BYTES)));
    }

    private Endpoint endpoint(String host, int port) {
        return new Endpoint(host, port, settings.get(SocketOptions.CONNECT_TIMEOUT));
    }

    private <T> InputDStream<T> input(InputNode<T> node) {
        add(node);
        return new InputDStream<>(this, node);
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

    private Duration interval() {
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
