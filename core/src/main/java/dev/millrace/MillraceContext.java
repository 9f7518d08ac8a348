/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace;

import dev.millrace.error.InvalidProgramException;
import dev.millrace.internal.codec.DeclaredCodec;
import dev.millrace.internal.conf.Options;
import dev.millrace.internal.engine.ContextRuntime;
import dev.millrace.internal.io.MalformedInput;
import dev.millrace.internal.io.files.FileList;
import dev.millrace.internal.io.files.FixedRecords;
import dev.millrace.internal.io.files.SplitFiles;
import dev.millrace.internal.io.files.TextFormat;
import dev.millrace.internal.io.files.WholeFiles;
import dev.millrace.internal.io.output.ObjectFiles;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.ParallelizedNode;
import dev.millrace.internal.lineage.RddAccess;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.internal.lineage.SourceNode;
import dev.millrace.internal.lineage.UnionNode;
import dev.millrace.internal.operators.Accumulators;
import dev.millrace.internal.operators.BegunJob;
import dev.millrace.rdd.AccumulatorV2;
import dev.millrace.rdd.Broadcast;
import dev.millrace.rdd.CollectionAccumulator;
import dev.millrace.rdd.DoubleAccumulator;
import dev.millrace.rdd.DoubleRDD;
import dev.millrace.rdd.LongAccumulator;
import dev.millrace.rdd.PairRDD;
import dev.millrace.rdd.PortableDataStream;
import dev.millrace.rdd.RDD;
import dev.millrace.spi.Codec;
import dev.millrace.spi.FileFormat;
import dev.millrace.spi.PartitionedSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes datasets and holds the engine that computes them. Safe for use by several threads. Close it when done; a
 * streaming context that made it closes it.
 */
public final class MillraceContext implements AutoCloseable {
    static {
        ContextRuntime.DOOR.open(context -> context.runtime);
    }

    private final MillraceConf conf;
    private final ContextRuntime runtime;
    private final long startTime = System.currentTimeMillis();

    /**
     * @throws InvalidProgramException listing everything that is wrong with the configuration
     */
    public MillraceContext(MillraceConf conf) {
        List<String> problems = conf.settings().problems();
        if (!problems.isEmpty()) {
            throw new InvalidProgramException("The configuration cannot be used:", problems);
        }
        this.conf = conf;
        runtime = new ContextRuntime(this, conf.settings());
    }

    /** Makes a context of this master and name, with nothing else set. */
    public MillraceContext(String master, String appName) {
        this(master, appName, new MillraceConf());
    }

    /** Makes a context of this master and name, which replace those of {@code conf}; that stays as it is. */
    public MillraceContext(String master, String appName, MillraceConf conf) {
        this(conf.clone().setMaster(master).setAppName(appName));
    }

    /** This context itself: there is no other one inside. Programs for Spark call this for its accumulators. */
    public MillraceContext sc() {
        return this;
    }

    /** The configuration that this context was made with: the same object, not a copy. */
    public MillraceConf getConf() {
        return conf;
    }

    /** The codec of built-in types and of those that the program has declared when it is used. */
    public Codec codec() {
        return new DeclaredCodec(conf);
    }

    /** The name of the program, {@code millrace.app.name}. */
    public String appName() {
        return conf.settings().get(Options.APP_NAME);
    }

    /** The master that was set, such as {@code local[2]}. */
    public String master() {
        return Objects.requireNonNull(conf.settings().get(Options.MASTER));
    }

    /** Returns whether tasks run in this process alone. */
    public boolean isLocal() {
        return master().matches("(spark:)?local(\\[.*])?");
    }

    /** The version of this library; {@code development} if it runs from classes that no build has packed. */
    public String version() {
        return Objects.requireNonNullElse(MillraceContext.class.getPackage().getImplementationVersion(), "development");
    }

    /** The time at which this context was made, in milliseconds since 1970. */
    public Long startTime() {
        return startTime;
    }

    /** The datasets that are persisted and that the program refers to, by their numbers. */
    public Map<Long, RDD<?>> getPersistentRDDs() {
        return runtime.persisted();
    }

    /** The number of partitions of files where none is named: at most 2. */
    public int defaultMinPartitions() {
        return Math.min(defaultParallelism(), 2);
    }

    /** The number of partitions where none is named. */
    public int defaultParallelism() {
        return runtime.engine().defaultParallelism();
    }

    /** Like {@link #parallelize(List, int)}, in {@link #defaultParallelism()} partitions. */
    public <T> RDD<T> parallelize(List<T> data) {
        return parallelize(data, defaultParallelism());
    }

    /** A dataset of {@code data} in {@code partitions} runs of almost equal length; the list must not change later. */
    public <T> RDD<T> parallelize(List<T> data, int partitions) {
        return wrap(parallelized("parallelize", data, partitions));
    }

    /** Like {@link #parallelizePairs(List, int)}, in {@link #defaultParallelism()} partitions. */
    public <K, V> PairRDD<K, V> parallelizePairs(List<Tuple2<K, V>> data) {
        return parallelizePairs(data, defaultParallelism());
    }

    /**
     * A dataset of pairs in {@code partitions} runs of almost equal length, in the order of the list, which must not
     * change later.
     *
     * @throws IllegalArgumentException if {@code partitions} is less than 1
     */
    public <K, V> PairRDD<K, V> parallelizePairs(List<Tuple2<K, V>> data, int partitions) {
        return RddAccess.rdds().wrapPairs(this, parallelized("parallelizePairs", data, partitions));
    }

    private static <T> RddNode<T> parallelized(String name, List<T> data, int partitions) {
        if (partitions < 1) {
            throw new IllegalArgumentException(name + " into " + partitions + " partitions; there must be at least 1");
        }
        return new ParallelizedNode<>(Operator.here(name), data, partitions);
    }

    /** Like {@link #parallelizeDoubles(List, int)}, in {@link #defaultParallelism()} partitions. */
    public DoubleRDD parallelizeDoubles(List<Double> data) {
        return parallelizeDoubles(data, defaultParallelism());
    }

    /** A dataset of numbers in {@code partitions} runs of almost equal length; the list must not change later. */
    public DoubleRDD parallelizeDoubles(List<Double> data, int partitions) {
        return RddAccess.rdds().wrapDoubles(this, parallelized("parallelizeDoubles", data, partitions));
    }

    /** A dataset without partitions. */
    public <T> RDD<T> emptyRDD() {
        return wrap(new UnionNode<>(Operator.here("emptyRDD"), List.of()));
    }

    /** Like {@link #textFile(String, int)}, in pieces of {@code millrace.streaming.file.splitBytes}. */
    public RDD<String> textFile(String path) {
        return textFile(path, 1);
    }

    /**
     * The lines of files in UTF-8; those whose names end in {@code .gz} are decompressed. They are listed now, and read by each action.
     *
     * @param path a file, a directory, which stands for its visible files, a glob for either, or several of these with commas between
     * @param minPartitions how many partitions there should be at least; compressed files are not cut
     * @throws IllegalArgumentException if there is nothing
     */
    public RDD<String> textFile(String path, int minPartitions) {
        Operator operator = Operator.here("textFile");
        MalformedInput malformed = MalformedInput.of(conf.settings(), operator);
        return pieces(
                operator, new TextFormat(malformed, conf.settings().get(Options.MAX_LINE_BYTES)), path, minPartitions);
    }

    /** The records of files that have one length each, in bytes; {@code path} is as that of {@link #textFile(String, int)}. */
    public RDD<byte[]> binaryRecords(String path, int recordLength) {
        Operator operator = Operator.here("binaryRecords");
        MalformedInput malformed = MalformedInput.of(conf.settings(), operator);
        return pieces(operator, new FixedRecords("binaryRecords", recordLength, malformed), path, 1);
    }

    private <T> RDD<T> pieces(Operator operator, FileFormat<T> format, String path, int minPartitions) {
        return wrap(new SourceNode<>(
                operator,
                SplitFiles.of(
                        format,
                        path,
                        conf.settings().get(Options.FILE_SPLIT_BYTES),
                        minPartitions,
                        MalformedInput.of(conf.settings(), operator))));
    }

    /** Like {@link #wholeTextFiles(String, int)}, in {@link #defaultMinPartitions()} partitions. */
    public PairRDD<String, String> wholeTextFiles(String path) {
        return wholeTextFiles(path, defaultMinPartitions());
    }

    /** The path of each file with all its text; {@code path} is as that of {@link #textFile(String, int)}. One file must fit in memory. */
    public PairRDD<String, String> wholeTextFiles(String path, int minPartitions) {
        Operator operator = Operator.here("wholeTextFiles");
        MalformedInput malformed = MalformedInput.of(conf.settings(), operator);
        return RddAccess.rdds()
                .wrapPairs(
                        this,
                        new SourceNode<>(operator, WholeFiles.texts(FileList.of(path), minPartitions, malformed)));
    }

    /** Like {@link #binaryFiles(String, int)}, in {@link #defaultMinPartitions()} partitions. */
    public PairRDD<String, PortableDataStream> binaryFiles(String path) {
        return binaryFiles(path, defaultMinPartitions());
    }

    /** The path of each file with a stream of its bytes; {@code path} is as that of {@link #textFile(String, int)}. */
    public PairRDD<String, PortableDataStream> binaryFiles(String path, int minPartitions) {
        conf.registerTypes(PortableDataStream.class);
        return RddAccess.rdds()
                .wrapPairs(
                        this,
                        new SourceNode<>(
                                Operator.here("binaryFiles"), WholeFiles.streams(FileList.of(path), minPartitions)));
    }

    /**
     * The records of a directory that {@code saveAsObjectFile} or {@code saveAsObjectFiles} has written, a partition a file.
     *
     * @param type what they are; further types are declared by {@code registerTypes}
     */
    public <T> RDD<T> objectFile(String path, Class<T> type) {
        conf.registerTypes(type); // tasks elsewhere send the records too
        return objectFile(path);
    }

    /** Like {@link #objectFile(String, Class)}, of built-in types, or those that are declared already. */
    public <T> RDD<T> objectFile(String path) {
        return wrap(new SourceNode<>(Operator.here("objectFile"), ObjectFiles.of(path, codec())));
    }

    /** Like {@link #objectFile(String)}: a partition is a file, whatever {@code minPartitions} is. */
    public <T> RDD<T> objectFile(String path, int minPartitions) {
        return objectFile(path);
    }

    /** The records of a source, which reads them anew for each action. */
    public <T> RDD<T> from(PartitionedSource<T> source) {
        return wrap(new SourceNode<>(Operator.here("from"), source));
    }

    /** The records of all datasets, in the order of the arguments; partitions stay as they are. */
    @SafeVarargs
    public final <T> RDD<T> union(RDD<T>... rdds) {
        List<RddNode<T>> nodes = new ArrayList<>();
        for (RDD<T> rdd : rdds) {
            nodes.add(RddAccess.rdds().node(rdd));
        }
        return wrap(new UnionNode<>(Operator.here("union"), nodes));
    }

    /**
     * A value for tasks to read, sent once to each process that runs them. It must not change later, and on Spark it must be serializable.
     *
     * @throws IllegalArgumentException if it is null or an RDD
     */
    public <T> Broadcast<T> broadcast(T value) {
        return runtime.broadcast(value);
    }

    /** Like {@link #longAccumulator(String)}, without a name. */
    public LongAccumulator longAccumulator() {
        return longAccumulator("");
    }

    /** A sum and a count to which tasks add whole numbers; only what winning attempts added counts. */
    public LongAccumulator longAccumulator(String name) {
        return registered(new LongAccumulator(), name);
    }

    /** Like {@link #doubleAccumulator(String)}, without a name. */
    public DoubleAccumulator doubleAccumulator() {
        return doubleAccumulator("");
    }

    /** A sum and a count to which tasks add numbers; only what winning attempts added counts. */
    public DoubleAccumulator doubleAccumulator(String name) {
        return registered(new DoubleAccumulator(), name);
    }

    /** Like {@link #collectionAccumulator(String)}, without a name. */
    public <T> CollectionAccumulator<T> collectionAccumulator() {
        return collectionAccumulator("");
    }

    /** A list to which tasks add; only what winning attempts added counts. */
    public <T> CollectionAccumulator<T> collectionAccumulator(String name) {
        return registered(new CollectionAccumulator<>(), name);
    }

    /** Like {@link #register(AccumulatorV2, String)}, without a name. */
    public void register(AccumulatorV2<?, ?> accumulator) {
        register(accumulator, "");
    }

    /**
     * Lets tasks add to an accumulator.
     *
     * @throws IllegalStateException if it was registered before
     */
    public void register(AccumulatorV2<?, ?> accumulator, String name) {
        Accumulators.register(accumulator, name);
    }

    /**
     * Has the checkpoint of streams keep an accumulator by its name: after a start its value is exactly what committed batches have added.
     * An addition outside of batches counts until the process ends, and without a checkpoint directory so does everything.
     *
     * @param accumulator a sum, or a collection of declared types; with a name that no other durable one has
     * @return the same
     */
    public <A extends AccumulatorV2<?, ?>> A durable(A accumulator) {
        runtime.durable().keep(accumulator);
        return accumulator;
    }

    private static <A extends AccumulatorV2<?, ?>> A registered(A accumulator, String name) {
        Accumulators.register(accumulator, name);
        return accumulator;
    }

    // ---- jobs ----

    /**
     * Sets a property of the jobs that this thread, and threads that it begins afterwards, will begin; their tasks can read it. On Spark it is
     * a local property there too, so that {@code spark.scheduler.pool} works; those of Spark's jobs, {@code spark.job...}, are the engine's.
     *
     * @param value null takes it back
     */
    public void setLocalProperty(String key, @Nullable String value) {
        runtime.jobs().set(key, value);
    }

    /** A property that this thread has set, or inherited; null if it has not. */
    public @Nullable String getLocalProperty(String key) {
        return runtime.jobs().get(key);
    }

    /** Like {@link #setJobGroup(String, String)}; a job that is cancelled has its threads interrupted in any case. */
    public void setJobGroup(String group, String description, boolean interruptOnCancel) {
        setJobGroup(group, description);
    }

    /**
     * Puts the jobs that this thread, and threads that it begins afterwards, will begin into a group.
     *
     * @param description for people; Spark's pages show it
     */
    public void setJobGroup(String group, String description) {
        runtime.jobs().group(group, description);
    }

    /** Takes the group and its description back. */
    public void clearJobGroup() {
        runtime.jobs().group(null, null);
    }

    /** Describes the jobs that this thread will begin, for people; Spark's pages show it. */
    public void setJobDescription(@Nullable String description) {
        runtime.jobs().set(BegunJob.DESCRIPTION, description);
    }

    /** Ends the running jobs of a group early; who waits for one gets a {@link dev.millrace.error.CancelledException}. */
    public void cancelJobGroup(String group) {
        runtime.jobs().cancelGroup(group, "");
    }

    /** Like {@link #cancelJobGroup(String)}, with a reason that the error has. */
    public void cancelJobGroup(String group, String reason) {
        runtime.jobs().cancelGroup(group, reason);
    }

    /** Ends all running jobs early, those of batches too, which fail then. */
    public void cancelAllJobs() {
        runtime.jobs().cancelAll();
    }

    /** Gives a tag to the jobs that this thread, and threads that it begins afterwards, will begin. It may give several. */
    public void addJobTag(String tag) {
        runtime.jobs().addTag(tag);
    }

    /** Takes a tag back. */
    public void removeJobTag(String tag) {
        runtime.jobs().removeTag(tag);
    }

    /** The tags that this thread gives, sorted. */
    public Set<String> getJobTags() {
        return runtime.jobs().tags();
    }

    /** Takes all tags back. */
    public void clearJobTags() {
        runtime.jobs().set(BegunJob.TAGS, null);
    }

    /** Ends the running jobs early that have a tag. */
    public void cancelJobsWithTag(String tag) {
        runtime.jobs().cancelTagged(tag, "");
    }

    /** Like {@link #cancelJobsWithTag(String)}, with a reason that the error has. */
    public void cancelJobsWithTag(String tag, String reason) {
        runtime.jobs().cancelTagged(tag, reason);
    }

    /** Tells which jobs run. */
    public StatusTracker statusTracker() {
        return new StatusTracker(runtime.jobs());
    }

    private <T> RDD<T> wrap(RddNode<T> node) {
        return RddAccess.rdds().wrap(this, node);
    }

    /** Ends the engine; nothing is computed on it any more. */
    public void stop() {
        runtime.stop();
    }

    @Override
    public void close() {
        stop();
    }
}
