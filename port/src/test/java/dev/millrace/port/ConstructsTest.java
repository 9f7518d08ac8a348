/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.port;

import static org.openrewrite.java.Assertions.java;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openrewrite.test.TypeValidation;

/** Sources that use one construct each. */
class ConstructsTest implements RecipeTest {
    @Test
    void shouldWriteOptionalsOtherwise() {
        rewriteRun(java("""
                        import org.apache.spark.api.java.Optional;

                        class A {
                            Integer sum(Optional<Integer> state, Integer value) {
                                Optional<Integer> none = Optional.absent();
                                Optional<Integer> some = Optional.fromNullable(value);
                                return some.or(state.orElse(none.orNull()));
                            }
                        }
                        """, """
                        import java.util.Optional;

                        class A {
                            Integer sum(Optional<Integer> state, Integer value) {
                                Optional<Integer> none = Optional.empty();
                                Optional<Integer> some = Optional.ofNullable(value);
                                return some.orElse(state.orElse(none.orElse(null)));
                            }
                        }
                        """));
    }

    @Test
    void shouldMakeAndCompareDurations() {
        rewriteRun(java("""
                        import org.apache.spark.streaming.Duration;
                        import org.apache.spark.streaming.Milliseconds;
                        import org.apache.spark.streaming.Minutes;
                        import org.apache.spark.streaming.Seconds;

                        class A {
                            Duration a = new Duration(1500);
                            Duration b = Seconds.apply(2);
                            Duration c = Minutes.apply(1).plus(Milliseconds.apply(5));
                            boolean e = new Duration(5).times(2).less(Seconds.apply(1)) == Minutes.apply(1).greater(a);

                            boolean longer(Duration d) {
                                return !d.less(a) && d.greaterEq(b) || d.milliseconds() > c.times(2).milliseconds();
                            }

                            boolean isShort(Duration d) {
                                return d.lessEq(new Duration(1)) || d.min(a).isMultipleOf(b.max(c)) && d.div(a) > 1.5;
                            }
                        }
                        """, """
                        import dev.millrace.streaming.Durations;

                        import java.time.Duration;

                        class A {
                            Duration a = Durations.milliseconds(1500);
                            Duration b = Durations.seconds(2);
                            Duration c = Durations.minutes(1).plus(Durations.milliseconds(5));
                            boolean e = (Durations.milliseconds(5).multipliedBy(2).compareTo(Durations.seconds(1)) < 0) == (Durations.minutes(1).compareTo(a) > 0);

                            boolean longer(Duration d) {
                                return !(d.compareTo(a) < 0) && (d.compareTo(b) >= 0) || d.toMillis() > c.multipliedBy(2).toMillis();
                            }

                            boolean isShort(Duration d) {
                                return (d.compareTo(Durations.milliseconds(1)) <= 0) || Durations.isMultipleOf(Durations.min(d, a), Durations.max(b, c)) && Durations.div(d, a) > 1.5;
                            }
                        }
                        """));
    }

    @Test
    void shouldReadPartsOfTuplesByMethods() {
        rewriteRun(java("""
                        import org.apache.spark.api.java.Optional;
                        import scala.Tuple2;
                        import scala.Tuple3;

                        class A {
                            int sum(Tuple2<String, Integer> pair, Tuple3<Integer, Integer, String> three) {
                                return pair._2 + three._1() + three._2 + pair.swap()._1;
                            }

                            int within(Tuple2<String, Tuple2<Integer, Optional<Integer>>> pair) {
                                return pair._2._1 + pair._2()._2.or(0) + pair._2._2().or(pair._2._1);
                            }
                        }
                        """, """
                        import dev.millrace.Tuple2;
                        import dev.millrace.Tuple3;

                        import java.util.Optional;

                        class A {
                            int sum(Tuple2<String, Integer> pair, Tuple3<Integer, Integer, String> three) {
                                return pair._2() + three._1() + three._2() + pair.swap()._1();
                            }

                            int within(Tuple2<String, Tuple2<Integer, Optional<Integer>>> pair) {
                                return pair._2()._1() + pair._2()._2().orElse(0) + pair._2()._2().orElse(pair._2()._1());
                            }
                        }
                        """));
    }

    @Test
    void shouldLeaveFunctionClassesAsTheyAre() {
        rewriteRun(java("""
                        import org.apache.spark.api.java.JavaRDD;
                        import org.apache.spark.api.java.function.*;
                        import org.apache.spark.streaming.api.java.JavaDStream;
                        import org.apache.spark.streaming.api.java.JavaPairDStream;
                        import scala.Tuple2;

                        class A {
                            static class Length implements Function<String, Integer> {
                                @Override
                                public Integer call(String text) {
                                    return text.length();
                                }
                            }

                            JavaPairDStream<String, Integer> pairs(JavaDStream<String> words) {
                                words.transform((Function<JavaRDD<String>, JavaRDD<Integer>>) rdd -> rdd.map(new Length()));
                                return words.mapToPair(new PairFunction<String, String, Integer>() {
                                    @Override
                                    public Tuple2<String, Integer> call(String word) {
                                        return new Tuple2<>(word, 1);
                                    }
                                });
                            }
                        }
                        """, """
                        import dev.millrace.Tuple2;
                        import dev.millrace.rdd.RDD;
                        import dev.millrace.streaming.DStream;
                        import dev.millrace.streaming.PairDStream;
                        import dev.millrace.function.*;

                        class A {
                            static class Length implements Function<String, Integer> {
                                @Override
                                public Integer call(String text) {
                                    return text.length();
                                }
                            }

                            PairDStream<String, Integer> pairs(DStream<String> words) {
                                words.transform((Function<RDD<String>, RDD<Integer>>) rdd -> rdd.map(new Length()));
                                return words.mapToPair(new PairFunction<String, String, Integer>() {
                                    @Override
                                    public Tuple2<String, Integer> call(String word) {
                                        return new Tuple2<>(word, 1);
                                    }
                                });
                            }
                        }
                        """));
    }

    @Test
    void shouldUnwrapContexts() {
        rewriteRun(java("""
                        import org.apache.spark.SparkContext;
                        import org.apache.spark.api.java.JavaRDD;
                        import org.apache.spark.api.java.JavaSparkContext;
                        import org.apache.spark.streaming.StreamingContextState;
                        import org.apache.spark.streaming.api.java.JavaStreamingContext;
                        import org.apache.spark.util.LongAccumulator;

                        class A {
                            LongAccumulator seen(JavaStreamingContext jssc, JavaRDD<String> rdd) {
                                SparkContext inner = jssc.sparkContext().sc();
                                JavaSparkContext again = new JavaSparkContext(rdd.context());
                                JavaSparkContext third = JavaSparkContext.fromSparkContext(inner);
                                System.out.println(third.equals(again) && jssc.getState() == StreamingContextState.INITIALIZED);
                                return jssc.ssc().sparkContext().longAccumulator("seen");
                            }
                        }
                        """, """
                        import dev.millrace.MillraceContext;
                        import dev.millrace.rdd.LongAccumulator;
                        import dev.millrace.rdd.RDD;
                        import dev.millrace.streaming.StreamingContext;
                        import dev.millrace.streaming.StreamingContextState;

                        class A {
                            LongAccumulator seen(StreamingContext jssc, RDD<String> rdd) {
                                MillraceContext inner = jssc.millraceContext();
                                MillraceContext again = rdd.context();
                                MillraceContext third = inner;
                                System.out.println(third.equals(again) && jssc.getState() == StreamingContextState.CREATED);
                                return jssc.millraceContext().longAccumulator("seen");
                            }
                        }
                        """));
    }

    @Test
    void shouldDeclareGroupsAsLists() {
        rewriteRun(java("""
                        import org.apache.spark.api.java.function.Function;
                        import org.apache.spark.streaming.api.java.JavaPairDStream;

                        class A {
                            void sizes(JavaPairDStream<String, Integer> pairs) {
                                JavaPairDStream<String, Iterable<Integer>> groups = pairs.groupByKey();
                                groups.mapValues(new Function<Iterable<Integer>, Integer>() {
                                    @Override
                                    public Integer call(Iterable<Integer> group) {
                                        return first(group);
                                    }
                                });
                            }

                            static int first(Iterable<Integer> numbers) {
                                return numbers.iterator().next();
                            }
                        }
                        """, """
                        import dev.millrace.streaming.PairDStream;
                        import dev.millrace.function.Function;

                        import java.util.List;

                        class A {
                            void sizes(PairDStream<String, Integer> pairs) {
                                PairDStream<String, List<Integer>> groups = pairs.groupByKey();
                                groups.mapValues(new Function<List<Integer>, Integer>() {
                                    @Override
                                    public Integer call(List<Integer> group) {
                                        return first(group);
                                    }
                                });
                            }

                            static int first(Iterable<Integer> numbers) {
                                return numbers.iterator().next();
                            }
                        }
                        """));
    }

    @Test
    void shouldHaveAccumulatorsOfTheProgramsOwnAccumulate() {
        rewriteRun(java("""
                        import org.apache.spark.util.AccumulatorV2;

                        abstract class Longest extends AccumulatorV2<String, String> {
                            private String longest = "";

                            @Override
                            public void add(String text) {
                                longest = text.length() > longest.length() ? text : longest;
                            }

                            void twice(Longest other) {
                                add("b");
                                this.add("c");
                                other.add("a");
                            }
                        }
                        """, """
                        import dev.millrace.rdd.AccumulatorV2;

                        abstract class Longest extends AccumulatorV2<String, String> {
                            private String longest = "";

                            @Override
                            public void accumulate(String text) {
                                longest = text.length() > longest.length() ? text : longest;
                            }

                            void twice(Longest other) {
                                accumulate("b");
                                this.accumulate("c");
                                other.add("a");
                            }
                        }
                        """));
    }

    @Test
    void shouldMarkTypesWithoutCounterpart() {
        rewriteRun(java("""
                        import org.apache.spark.graphx.Edge;
                        import org.apache.spark.streaming.api.java.JavaDStream;

                        class A {
                            JavaDStream<Edge<String>> edges;
                            org.apache.spark.SparkFiles files;
                        }
                        """, """
                        import dev.millrace.streaming.DStream;
                        // TODO port: Edge: Millrace has no counterpart; replace it, or leave what uses it on Spark
                        import org.apache.spark.graphx.Edge;

                        class A {
                            DStream<Edge<String>> edges;
                            // TODO port: SparkFiles: Millrace has no counterpart; replace it, or leave what uses it on Spark
                            org.apache.spark.SparkFiles files;
                        }
                        """));
    }

    @Test
    void shouldSayWhatToWriteInsteadOfTypesThatAreNotHere() {
        rewriteRun(java("""
                        import org.apache.spark.streaming.api.java.JavaDStream;
                        import org.apache.spark.streaming.util.WriteAheadLog;

                        class A {
                            JavaDStream<String> lines;
                            WriteAheadLog log;
                        }
                        """, """
                        import dev.millrace.streaming.DStream;
                        // TODO port: WriteAheadLog: logs are written through a file store: a FileStoreProvider of the program's own, and checkpoint(...) with a path of its scheme
                        import org.apache.spark.streaming.util.WriteAheadLog;

                        class A {
                            DStream<String> lines;
                            WriteAheadLog log;
                        }
                        """));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    flume.FlumeUtils|FlumeUtils: receiverStream(...) of a Receiver of the program's own, which stores what it is sent: there is no connector to Flume, which Spark has dropped too
                    kinesis.KinesisInputDStream|KinesisInputDStream: from(...) of a Source of the program's own, whose positions are sequence numbers: there is no connector to Kinesis
                    """)
    void shouldSayWhatToWriteInsteadOfConnectors(String type, String instead) {
        rewriteRun(
                spec -> spec.typeValidationOptions(TypeValidation.none()), // their jars are not here
                java(
                        "import org.apache.spark.streaming." + type + ";\n\nclass A {}\n",
                        "// TODO port: " + instead + "\nimport org.apache.spark.streaming." + type
                                + ";\n\nclass A {}\n"));
    }
}
