/* SPDX-License-Identifier: Apache-2.0 */
package programs;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.spark.HashPartitioner;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaDoubleRDD;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.Optional;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.api.java.function.PairFlatMapFunction;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.streaming.Duration;
import org.apache.spark.streaming.Durations;
import org.apache.spark.streaming.Time;
import org.apache.spark.streaming.api.java.JavaDStream;
import org.apache.spark.streaming.api.java.JavaPairDStream;
import org.apache.spark.streaming.api.java.JavaStreamingContext;
import scala.Tuple2;
import scala.Tuple3;

/** Many operations, each as programs use it; it is compiled and not run. */
class Operations {
    /** A partitioner of the program's own. */
    static class ByLength extends Partitioner {
        @Override
        public int numPartitions() {
            return 3;
        }

        @Override
        public int getPartition(Object key) {
            return key.toString().length() % 3;
        }
    }

    static class ByCount implements Comparator<Tuple2<String, Integer>>, Serializable {
        @Override
        public int compare(Tuple2<String, Integer> a, Tuple2<String, Integer> b) {
            return Integer.compare(a._2, b._2);
        }
    }

    void datasets(JavaSparkContext sc) {
        JavaRDD<String> words = sc.parallelize(Arrays.asList("a", "b", "a"), 2);
        JavaPairRDD<String, Integer> ones = words.mapToPair(word -> new Tuple2<>(word, 1));
        List<Tuple2<String, Integer>> best = ones.top(3, new ByCount());
        List<String> some = words.distinct().sortBy(word -> word, true, 1).take(2);
        JavaPairRDD<String, Long> numbered = words.zipWithIndex();
        JavaPairRDD<String, Iterable<Integer>> groups = ones.groupByKey(new HashPartitioner(2));
        JavaPairRDD<String, Integer> sums = groups.mapValues(group -> {
            int sum = 0;
            for (Integer one : group) {
                sum += one;
            }
            return sum;
        });
        JavaPairRDD<String, Tuple2<Integer, Optional<Long>>> joined = ones.leftOuterJoin(numbered);
        JavaPairRDD<String, Long> filled = joined.mapValues(both -> both._2().isPresent() ? both._2().get() : both._2().or(0L));
        JavaPairRDD<String, Tuple2<Integer, Long>> inner = ones.join(numbered, 4);
        JavaPairRDD<String, Tuple2<Iterable<Integer>, Iterable<Long>>> together = ones.cogroup(numbered);
        int folded = ones.aggregateByKey(0, (sum, one) -> sum + one, (a, b) -> a + b).values().reduce((a, b) -> a + b);
        Map<String, Long> counts = ones.countByKey();
        Map<String, Integer> map = ones.reduceByKeyLocally((a, b) -> a + b);
        JavaPairRDD<String, Integer> sorted = ones.sortByKey(false);
        JavaDoubleRDD lengths = words.mapToDouble(word -> word.length());
        double mean = lengths.mean() + lengths.stdev() + lengths.stats().max();
        JavaRDD<Integer> indexed = words.mapPartitionsWithIndex(
                (index, part) -> Arrays.asList(index, part.hasNext() ? 1 : 0).iterator(), false);
        List<Integer> lookedUp = ones.lookup("a");
        JavaPairRDD<String, Integer> own = ones.partitionBy(new ByLength()).persist(StorageLevel.MEMORY_AND_DISK());
        JavaPairRDD<String, Integer> rest = own.subtractByKey(numbered).union(sums).coalesce(1);
        JavaRDD<String> sampled = words.sample(false, 0.5, 7L).repartition(2);
        JavaPairRDD<Integer, Iterable<String>> byLength = words.groupBy(word -> word.length());
        Tuple2<String, Integer> largest = ones.max(new ByCount());
        long distinct = words.countApproxDistinct(0.05);
        System.out.println(best + " " + some + folded + counts + map + mean + lookedUp + largest + distinct);
        System.out.println(filled.count() + inner.count() + together.count() + sorted.count() + indexed.count());
        System.out.println(rest.count() + sampled.count() + byLength.count());
    }

    void streams(JavaStreamingContext ssc, JavaDStream<String> lines, JavaPairRDD<String, String> known) {
        JavaDStream<String> words = lines.flatMap(line -> Arrays.asList(line.split(" ")).iterator());
        JavaPairDStream<String, Integer> ones = words.mapToPair(word -> new Tuple2<>(word, 1));
        JavaPairDStream<String, Integer> windowed = ones.reduceByKeyAndWindow(
                (a, b) -> a + b, (a, b) -> a - b, Durations.seconds(30), Durations.seconds(10), 2, pair -> pair._2() > 0);
        JavaPairDStream<String, Tuple2<Integer, String>> enriched = ones.transformToPair(rdd -> rdd.join(known));
        JavaDStream<String> texts = enriched.map(both -> both._1() + both._2()._1() + both._2()._2());
        JavaPairDStream<String, Tuple2<Integer, Optional<Integer>>> outer = ones.leftOuterJoin(windowed);
        JavaPairDStream<String, Tuple2<Iterable<Integer>, Iterable<Integer>>> together = ones.cogroup(windowed);
        JavaPairDStream<String, Iterable<Integer>> groups = ones.groupByKeyAndWindow(Durations.minutes(1));
        JavaPairDStream<String, Integer> parts = words.mapPartitionsToPair(new PairFlatMapFunction<Iterator<String>, String, Integer>() {
            @Override
            public Iterator<Tuple2<String, Integer>> call(Iterator<String> part) {
                return Arrays.asList(new Tuple2<>("records", part.hasNext() ? 1 : 0)).iterator();
            }
        });
        JavaDStream<Tuple3<String, Integer, Long>> timed = ones.transform(
                (JavaPairRDD<String, Integer> rdd, Time time) -> rdd.map(one -> new Tuple3<>(one._1(), one._2(), time.milliseconds())));
        JavaDStream<String> both = ssc.union(lines, words);
        JavaPairDStream<String, Integer> flat = groups.flatMapValues(group -> group.iterator());
        JavaPairDStream<String, Long> values = words.countByValueAndWindow(new Duration(60000), Durations.seconds(10), 2);
        texts.transformWith(words, (left, right, time) -> left.union(right)).print();
        words.window(Durations.seconds(20)).count().print();
        words.reduceByWindow((a, b) -> a + b, Durations.seconds(20), Durations.seconds(10)).print();
        outer.filter(pair -> pair._2()._2().isPresent()).mapValues(pair -> pair._2().orNull()).print();
        together.mapValues(pair -> pair._1().iterator().hasNext()).print();
        timed.foreachRDD(rdd -> System.out.println(rdd.partitions().size()));
        both.persist(StorageLevel.MEMORY_ONLY_SER()).glom().print();
        parts.union(flat).print();
        values.print();
    }

    Function<Integer, Boolean> isEven() {
        return number -> number % 2 == 0;
    }
}
