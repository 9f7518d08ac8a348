/* SPDX-License-Identifier: Apache-2.0 */
package programs;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.spark.HashPartitioner;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.Optional;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.api.java.function.Function3;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.streaming.Durations;
import org.apache.spark.streaming.State;
import org.apache.spark.streaming.StateSpec;
import org.apache.spark.streaming.StreamingContextState;
import org.apache.spark.streaming.api.java.JavaDStream;
import org.apache.spark.streaming.api.java.JavaInputDStream;
import org.apache.spark.streaming.api.java.JavaMapWithStateDStream;
import org.apache.spark.streaming.api.java.JavaPairDStream;
import org.apache.spark.streaming.api.java.JavaReceiverInputDStream;
import org.apache.spark.streaming.api.java.JavaStreamingContext;
import org.apache.spark.streaming.kafka010.ConsumerStrategies;
import org.apache.spark.streaming.kafka010.KafkaUtils;
import org.apache.spark.streaming.kafka010.LocationStrategies;
import org.apache.spark.streaming.kafka010.OffsetRange;
import org.apache.spark.streaming.receiver.Receiver;
import org.apache.spark.streaming.scheduler.StreamingListener;
import org.apache.spark.streaming.scheduler.StreamingListenerBatchCompleted;
import org.apache.spark.streaming.scheduler.StreamingListenerOutputOperationCompleted;
import org.apache.spark.streaming.scheduler.StreamingListenerReceiverStarted;
import org.apache.spark.util.AccumulatorV2;
import org.apache.spark.util.CollectionAccumulator;
import org.apache.spark.util.DoubleAccumulator;
import scala.Tuple2;

/** Inputs, states, listeners and what is shared, each as programs use it; it is compiled and not run. */
class Inputs {
    /** Numbers that come by themselves. */
    static class Numbers extends Receiver<Integer> {
        private transient Thread thread;

        Numbers() {
            super(StorageLevel.MEMORY_AND_DISK_2());
        }

        @Override
        public void onStart() {
            thread = new Thread(() -> {
                int next = 0;
                while (!isStopped()) {
                    store(next++);
                }
                restart("it has ended", new IllegalStateException("why"));
            });
            thread.start();
        }

        @Override
        public void onStop() {
            thread.interrupt();
        }
    }

    static class Longest extends AccumulatorV2<String, String> {
        private String longest = "";

        @Override
        public boolean isZero() {
            return longest.isEmpty();
        }

        @Override
        public AccumulatorV2<String, String> copy() {
            Longest copy = new Longest();
            copy.longest = longest;
            return copy;
        }

        @Override
        public void reset() {
            longest = "";
        }

        @Override
        public void add(String text) {
            longest = text.length() > longest.length() ? text : longest;
        }

        @Override
        public void merge(AccumulatorV2<String, String> other) {
            add(other.value());
        }

        @Override
        public String value() {
            return longest;
        }
    }

    static class Log implements StreamingListener {
        @Override
        public void onBatchCompleted(StreamingListenerBatchCompleted completed) {
            long delay = (long) completed.batchInfo().totalDelay().get();
            System.out.println(completed.batchInfo().batchTime().milliseconds() + " " + delay);
            System.out.println(completed.batchInfo().numRecords() + " " + completed.batchInfo().submissionTime());
        }

        @Override
        public void onOutputOperationCompleted(StreamingListenerOutputOperationCompleted completed) {
            System.out.println(completed.outputOperationInfo().name() + completed.outputOperationInfo().id());
        }

        @Override
        public void onReceiverStarted(StreamingListenerReceiverStarted started) {
            System.out.println(started.receiverInfo().name() + " " + started.receiverInfo().location());
        }
    }

    JavaStreamingContext contexts() throws InterruptedException {
        SparkConf conf = new SparkConf().setMaster("local[2]").setAppName("inputs").set("spark.executor.memory", "1g");
        System.out.println(conf.get("spark.executor.memory", "512m") + conf.getInt("spark.streaming.concurrentJobs", 1));
        JavaStreamingContext ssc = new JavaStreamingContext(conf, Durations.seconds(1));
        JavaStreamingContext other = new JavaStreamingContext("local[2]", "other", Durations.seconds(1));
        other.stop(true, true);
        ssc.addStreamingListener(new Log());
        if (ssc.getState() == StreamingContextState.INITIALIZED && !ssc.awaitTerminationOrTimeout(1)) {
            ssc.stop(false);
        }
        return ssc;
    }

    void inputs(JavaStreamingContext ssc) {
        JavaDStream<String> files = ssc.textFileStream("in");
        JavaDStream<byte[]> records = ssc.binaryRecordsStream("in", 16);
        JavaReceiverInputDStream<Integer> numbers = ssc.receiverStream(new Numbers());
        JavaReceiverInputDStream<String> lines = ssc.socketStream(
                "localhost",
                9999,
                in -> new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)).lines()::iterator,
                StorageLevel.MEMORY_ONLY());
        Queue<JavaRDD<Integer>> queue = new LinkedList<>();
        JavaInputDStream<Integer> queued = ssc.queueStream(queue, true);
        JavaInputDStream<Integer> padded =
                ssc.queueStream(queue, false, ssc.sparkContext().parallelize(Arrays.asList(0)));
        files.union(lines).count().print();
        numbers.union(queued).union(padded).count().print();
        records.map(record -> record.length).print();
    }

    void kafka(JavaStreamingContext ssc, Map<String, Object> params, Map<TopicPartition, Long> offsets) {
        JavaInputDStream<ConsumerRecord<String, String>> stream = KafkaUtils.createDirectStream(
                ssc,
                LocationStrategies.PreferBrokers(),
                ConsumerStrategies.<String, String>SubscribePattern(Pattern.compile("orders-.*"), params, offsets));
        OffsetRange[] ranges = {OffsetRange.create("orders", 0, 0, 10), OffsetRange.create(new TopicPartition("a", 1), 5, 6)};
        JavaRDD<ConsumerRecord<String, String>> some =
                KafkaUtils.createRDD(ssc.sparkContext(), params, ranges, LocationStrategies.PreferConsistent());
        stream.mapToPair(record -> new Tuple2<>(record.key(), record.value())).print();
        System.out.println(some.count() + ranges[0].count());
    }

    void states(JavaPairDStream<String, Integer> ones, JavaPairRDD<String, Integer> known) {
        Function3<String, Optional<Integer>, State<Integer>, Integer> add =
                new Function3<String, Optional<Integer>, State<Integer>, Integer>() {
                    @Override
                    public Integer call(String word, Optional<Integer> one, State<Integer> state) {
                        if (state.isTimingOut()) {
                            return 0;
                        }
                        int sum = one.orElse(0) + (state.exists() ? state.get() : 0);
                        state.update(sum);
                        return sum;
                    }
                };
        JavaMapWithStateDStream<String, Integer, Integer, Integer> mapped = ones.mapWithState(StateSpec.function(add)
                .initialState(known)
                .numPartitions(4)
                .timeout(Durations.minutes(5)));
        mapped.stateSnapshots().print();
        Function2<List<Integer>, Optional<Integer>, Optional<Integer>> update =
                (values, state) -> values.isEmpty() ? state : Optional.of(state.or(0) + values.size());
        ones.updateStateByKey(update, new HashPartitioner(4), known).print();
        ones.<Integer>updateStateByKey((values, state) -> Optional.of(values.size()), 4).print();
    }

    void shared(JavaSparkContext sc, JavaDStream<String> words) {
        Broadcast<List<String>> stop = sc.broadcast(Collections.singletonList("the"));
        DoubleAccumulator weight = sc.sc().doubleAccumulator("weight");
        CollectionAccumulator<String> odd = sc.sc().collectionAccumulator("odd");
        Longest longest = new Longest();
        sc.sc().register(longest, "longest");
        words.foreachRDD(rdd -> {
            rdd.foreach(word -> {
                if (!stop.value().contains(word)) {
                    weight.add(0.5);
                    odd.add(word);
                    longest.add(word);
                }
            });
            JavaSparkContext again = JavaSparkContext.fromSparkContext(rdd.context());
            System.out.println(again.defaultParallelism() + weight.value() + weight.avg() + odd.value().size());
            System.out.println(longest.value());
        });
        stop.unpersist();
    }
}
