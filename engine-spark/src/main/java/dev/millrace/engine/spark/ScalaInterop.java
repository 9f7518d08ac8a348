/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.engine.spark;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.Partition;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.PartitionCoalescer;
import org.apache.spark.rdd.PartitionGroup;
import org.apache.spark.rdd.RDD;
import org.apache.spark.util.ShutdownHookManager;
import scala.Option;
import scala.Some;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.math.Ordering;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;
import scala.runtime.BoxedUnit;

/** All calls of Spark that its Java API does not have; what an upgrade of Spark may break stands here. */
final class ScalaInterop {
    private ScalaInterop() {}

    @SuppressWarnings({"unchecked", "rawtypes"})
    static JavaRDD<Object> union(JavaSparkContext spark, List<JavaRDD<Object>> parts) {
        return spark.union(parts.toArray(new JavaRDD[0]));
    }

    /** One number a partition, which is computed on one of its hosts if that is possible. */
    static JavaRDD<Integer> indices(JavaSparkContext spark, List<List<String>> hosts) {
        if (hosts.stream().allMatch(List::isEmpty)) {
            return spark.parallelize(IntStream.range(0, hosts.size()).boxed().toList(), hosts.size());
        }
        List<scala.Tuple2<Integer, Seq<String>>> partitions = new ArrayList<>();
        for (int p = 0; p < hosts.size(); p++) {
            partitions.add(new scala.Tuple2<>(
                    p, CollectionConverters.asScala(hosts.get(p)).toSeq()));
        }
        ClassTag<Integer> type = ClassTag$.MODULE$.apply(Integer.class);
        return new JavaRDD<>(
                spark.sc().makeRDD(CollectionConverters.asScala(partitions).toSeq(), type), type);
    }

    /** Of each group one partition, with the records of those of the parent that it names, in that order. */
    static JavaRDD<Object> regrouped(JavaRDD<Object> parent, int[][] groups) {
        RDD<Object> regrouped =
                parent.rdd().coalesce(groups.length, false, new Some<>(new Groups(groups)), NO_ORDERING);
        return new JavaRDD<>(regrouped, parent.classTag());
    }

    /** Runs before executors in this process and contexts end, by a hook of a higher priority. Returns what takes it back. */
    static Runnable atShutdown(Runnable work) {
        Object hook = ShutdownHookManager.addShutdownHook(ShutdownHookManager.DEFAULT_SHUTDOWN_PRIORITY() + 1, () -> {
            work.run();
            return BoxedUnit.UNIT;
        });
        return () -> ShutdownHookManager.removeShutdownHook(hook);
    }

    @SuppressWarnings("NullAway") // the default that Scala callers use
    private static final Ordering<Object> NO_ORDERING = null;

    private record Groups(int[][] parents) implements PartitionCoalescer, Serializable {
        @Override
        public PartitionGroup[] coalesce(int maxPartitions, RDD<?> parent) {
            Partition[] partitions = parent.partitions();
            PartitionGroup[] groups = new PartitionGroup[parents.length];
            for (int i = 0; i < groups.length; i++) {
                groups[i] = new PartitionGroup(Option.empty());
                for (int p : parents[i]) {
                    groups[i].partitions().addOne(partitions[p]);
                }
            }
            return groups;
        }
    }

    /** Once a job has computed all partitions of a persisted RDD, it forgets what it came from. */
    static <T> JavaRDD<T> cutLineage(JavaRDD<T> persisted) {
        persisted.rdd().localCheckpoint();
        return persisted;
    }

    /** Gives back the blocks of a persisted RDD; what RDD.unpersist does, without its warning about a cut lineage. */
    static void unpersist(JavaRDD<?> persisted) {
        if (!persisted.context().isStopped()) {
            persisted.context().unpersistRDD(persisted.id(), false);
        }
    }

    /** Deletes the map outputs that the RDD's narrow lineage reads, soon. */
    static void dropShuffle(JavaRDD<?> shuffled) {
        if (!shuffled.context().isStopped()) {
            shuffled.rdd().cleanShuffleDependencies(false);
        }
    }
}
