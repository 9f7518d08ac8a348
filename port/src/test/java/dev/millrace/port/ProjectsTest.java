/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.port;

import static org.openrewrite.java.Assertions.java;

import org.junit.jupiter.api.Test;

/** Several sources at once, and less common parts of the API. */
class ProjectsTest implements RecipeTest {
    @Test
    void shouldKnowWhatOtherSourcesOfAProgramKeep() {
        rewriteRun(java("""
                        package shop;

                        import org.apache.spark.SparkConf;

                        class Settings {
                            static SparkConf conf() {
                                return new SparkConf().setMaster("local[2]");
                            }
                        }
                        """, """
                        package shop;

                        import dev.millrace.MillraceConf;
                        import shop.model.Visit;

                        class Settings {
                            static MillraceConf conf() {
                                // port: names come from the program's shape, which must stay; take this out once all is .named(...)
                                return new MillraceConf(true).set("millrace.streaming.names", "derived").registerTypes(Visit.class).setMaster("local[2]");
                            }
                        }
                        """), java("""
                        package shop;

                        import org.apache.spark.streaming.Durations;
                        import org.apache.spark.streaming.api.java.JavaPairDStream;
                        import org.apache.spark.streaming.api.java.JavaStreamingContext;
                        import shop.model.Visit;

                        class Streams {
                            void build(JavaStreamingContext ssc, JavaPairDStream<String, Visit> visits) {
                                ssc.checkpoint("state");
                                visits.window(Durations.minutes(1)).print();
                            }
                        }
                        """, """
                        package shop;

                        import dev.millrace.streaming.Durations;
                        import dev.millrace.streaming.PairDStream;
                        import dev.millrace.streaming.StreamingContext;
                        import shop.model.Visit;

                        class Streams {
                            void build(StreamingContext ssc, PairDStream<String, Visit> visits) {
                                ssc.checkpoint("state");
                                visits.window(Durations.minutes(1)).print();
                            }
                        }
                        """), java("""
                        package shop.model;

                        public class Visit {}
                        """), java("""
                        package shop;

                        import org.apache.spark.SparkConf;
                        import org.apache.spark.streaming.Durations;
                        import org.apache.spark.streaming.api.java.JavaStreamingContext;

                        class Other {
                            public static void main(String[] args) {
                                new JavaStreamingContext(new SparkConf().setMaster("local[1]"), Durations.seconds(1)).start();
                            }
                        }
                        """, """
                        package shop;

                        import dev.millrace.MillraceConf;
                        import dev.millrace.streaming.Durations;
                        import dev.millrace.streaming.StreamingContext;

                        class Other {
                            public static void main(String[] args) {
                                new StreamingContext(new MillraceConf(true).setMaster("local[1]"), Durations.seconds(1)).start();
                            }
                        }
                        """));
    }

    @Test
    void shouldPortListeners() {
        rewriteRun(java("""
                        import org.apache.spark.streaming.scheduler.*;

                        class Log implements StreamingListener {
                            @Override
                            public void onBatchCompleted(StreamingListenerBatchCompleted completed) {
                                BatchInfo info = completed.batchInfo();
                                System.out.println(info.batchTime() + " " + completed.batchInfo().numRecords());
                            }

                            @Override
                            public void onBatchSubmitted(StreamingListenerBatchSubmitted submitted) {
                                System.out.println(submitted.batchInfo().totalDelay().get());
                                System.out.println(submitted.batchInfo().schedulingDelay().isDefined());
                            }

                            @Override
                            public void onReceiverError(StreamingListenerReceiverError error) {
                                System.out.println(error.receiverInfo().lastErrorMessage());
                            }
                        }
                        """, """
                        import dev.millrace.streaming.event.BatchInfo;
                        import dev.millrace.streaming.event.ReceiverInfo;
                        import dev.millrace.streaming.event.StreamingListener;

                        class Log implements StreamingListener {
                            @Override
                            public void onBatchCompleted(BatchInfo completed) {
                                BatchInfo info = completed;
                                System.out.println(info.batchTime() + " " + completed.numRecords());
                            }

                            @Override
                            public void onBatchSubmitted(BatchInfo submitted) {
                                System.out.println(submitted.totalDelay().toMillis());
                                // TODO port: schedulingDelay() is a java.time.Duration here, which is zero as long as it is not known
                                System.out.println(submitted.schedulingDelay().isPresent());
                            }

                            @Override
                            public void onReceiverError(ReceiverInfo error) {
                                System.out.println(error.lastErrorMessage());
                            }
                        }
                        """));
    }

    @Test
    void shouldPortReceiversAndStorageLevels() {
        rewriteRun(java("""
                        import org.apache.spark.storage.StorageLevel;
                        import org.apache.spark.streaming.receiver.Receiver;

                        class Numbers extends Receiver<Integer> {
                            Numbers() {
                                super(StorageLevel.MEMORY_AND_DISK_2());
                            }

                            @Override
                            public void onStart() {
                                store(1);
                                restart("again");
                            }

                            @Override
                            public void onStop() {}
                        }
                        """, """
                        import dev.millrace.rdd.StorageLevel;
                        import dev.millrace.streaming.receiver.Receiver;

                        class Numbers extends Receiver<Integer> {
                            Numbers() {
                                super(StorageLevel.MEMORY_AND_DISK_2());
                            }

                            @Override
                            public void onStart() {
                                store(1);
                                restart("again");
                            }

                            @Override
                            public void onStop() {}
                        }
                        """));
    }

    @Test
    void shouldPortDatasetsAndPartsOfTasks() {
        rewriteRun(java("""
                        import java.util.Arrays;
                        import java.util.Comparator;
                        import org.apache.spark.HashPartitioner;
                        import org.apache.spark.TaskContext;
                        import org.apache.spark.api.java.*;
                        import org.apache.spark.streaming.api.java.*;
                        import scala.Tuple2;

                        class A {
                            void pairs(JavaSparkContext sc, JavaPairDStream<String, Integer> stream, JavaDStream<Tuple2<String, Integer>> tuples) {
                                JavaRDD<String> words = sc.parallelize(Arrays.asList("a", "b"));
                                JavaPairRDD<String, Integer> ones = words.mapToPair(word -> new Tuple2<>(word, TaskContext.getPartitionId()));
                                ones.partitionBy(new HashPartitioner(2)).saveAsHadoopFile("out", String.class, Integer.class, null);
                                JavaDStream<Tuple2<String, Integer>> there = stream.toJavaDStream();
                                JavaPairDStream<String, Integer> back = JavaPairDStream.fromJavaDStream(tuples);
                                tuples.foreachRDD(rdd -> JavaPairRDD.fromJavaRDD(rdd).sortByKey(Comparator.naturalOrder()));
                                System.out.println(words.max(Comparator.naturalOrder()));
                                sc.setLogLevel("WARN");
                            }
                        }
                        """, """
                        import java.util.Arrays;
                        import java.util.Comparator;

                        import dev.millrace.MillraceContext;
                        import dev.millrace.Tuple2;
                        import dev.millrace.rdd.HashPartitioner;
                        import dev.millrace.rdd.PairRDD;
                        import dev.millrace.rdd.RDD;
                        import dev.millrace.rdd.TaskContext;
                        import dev.millrace.streaming.DStream;
                        import dev.millrace.streaming.PairDStream;

                        class A {
                            void pairs(MillraceContext sc, PairDStream<String, Integer> stream, DStream<Tuple2<String, Integer>> tuples) {
                                RDD<String> words = sc.parallelize(Arrays.asList("a", "b"));
                                PairRDD<String, Integer> ones = words.mapToPair(word -> new Tuple2<>(word, TaskContext.get().partitionId()));
                                // TODO port: PairRDD.saveAsHadoopFile: saveAsTextFile(path), saveAsObjectFile(path), or foreachPartition(...) with an OutputFormat that the program calls: no class of Hadoop is needed
                                ones.partitionBy(new HashPartitioner(2)).saveAsHadoopFile("out", String.class, Integer.class, null);
                                DStream<Tuple2<String, Integer>> there = stream.toDStream();
                                PairDStream<String, Integer> back = PairDStream.of(tuples);
                                tuples.foreachRDD(rdd -> PairRDD.of(rdd).sortByKey(Comparator.naturalOrder()));
                                System.out.println(words.max(Comparator.naturalOrder()));
                                sc.setLogLevel("WARN");
                            }
                        }
                        """));
    }
}
