/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace;

import dev.millrace.error.InvalidProgramException;
import dev.millrace.internal.codec.DeclaredCodec;
import dev.millrace.internal.conf.Options;
import dev.millrace.internal.engine.ContextRuntime;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.ParallelizedNode;
import dev.millrace.internal.lineage.RddAccess;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.internal.lineage.SourceNode;
import dev.millrace.internal.lineage.UnionNode;
import dev.millrace.internal.logging.LogLevel;
import dev.millrace.rdd.DoubleRDD;
import dev.millrace.rdd.PairRDD;
import dev.millrace.rdd.RDD;
import dev.millrace.spi.Codec;
import dev.millrace.spi.PartitionedSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Makes datasets and holds the engine that computes them. Safe for use by several threads. Close it when done; a
 * streaming context that made it closes it.
 */
public final class MillraceContext extends DatasetFiles implements AutoCloseable {
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
     * Sets from which level on lines of Millrace are shown: {@code ALL}, {@code TRACE}, {@code DEBUG}, {@code INFO}, {@code WARN}, {@code
     * ERROR}, {@code FATAL} or {@code OFF}; on Spark also lines of Spark. It is the level of the logger {@code dev.millrace} of {@code
     * java.util.logging}, for the whole process. If lines go to another library, its own configuration decides, and a warning says so.
     *
     * @throws IllegalArgumentException if it is no such level
     */
    public void setLogLevel(String level) {
        LogLevel.set(Operator.here("setLogLevel"), level);
        runtime.engine().logLevel(level);
    }

    /**
     * The jar that a class was loaded from, for {@link MillraceConf#setJars}; none if it comes from a directory, or from within another
     * file.
     */
    public static String[] jarOfClass(Class<?> type) {
        return JarOf.type(type).stream().toArray(String[]::new);
    }

    /** The jar that the class of an object was loaded from, as {@link #jarOfClass} has it. */
    public static String[] jarOfObject(Object object) {
        return jarOfClass(object.getClass());
    }

    @Override
    ContextRuntime runtime() {
        return runtime;
    }

    @Override
    MillraceContext self() {
        return this;
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
