/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.conformance.oracle;

import static dev.millrace.conformance.oracle.SparkFunctions.ours;
import static dev.millrace.conformance.oracle.SparkFunctions.pairwise;
import static dev.millrace.conformance.oracle.SparkFunctions.spark;

import dev.millrace.function.Function4;
import dev.millrace.streaming.BatchTime;
import dev.millrace.testkit.random.Functions;
import dev.millrace.testkit.random.ModelRunner;
import dev.millrace.testkit.random.Step;
import dev.millrace.testkit.random.Tally;
import java.util.List;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.Optional;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.api.java.function.Function3;
import org.apache.spark.streaming.Duration;
import org.apache.spark.streaming.State;
import org.apache.spark.streaming.StateSpec;
import org.apache.spark.streaming.Time;
import org.apache.spark.streaming.api.java.JavaMapWithStateDStream;
import org.apache.spark.streaming.api.java.JavaPairDStream;
import scala.Option;
import scala.Tuple2;

/** The states of Spark Streaming. They are checkpointed in each batch, in which alone it looks for what has timed out. */
record SparkStates(JavaPairRDD<String, Integer> initial) {
    /** @param slide of {@code in} */
    JavaPairDStream<String, Integer> of(Step step, JavaPairDStream<String, Integer> in, Duration slide) {
        int p = step.first();
        long millis = slide.milliseconds();
        return switch (step.operation()) {
            case STATE -> in.<Integer>updateStateByKey(update(Functions.state(p)));
            case STATE_OF_KEY -> ScalaStates.update(in, Functions.stateOfKey(p, millis), 2, Option.empty());
            case STATE_OF_KEY_FROM ->
                ScalaStates.update(in, Functions.stateOfKey(p, millis), p, Option.apply(initial.rdd()));
            case MAP_EACH -> in.mapWithState(counted()).mapToPair(pair -> pair);
            case STATE_FROM ->
                in.<Integer>updateStateByKey(update(Functions.state(p)), new HashPartitioner(p), initial);
            case STATE_IN_PLACE ->
                in.<Tally>updateStateByKey(update(Tally.updated(p))).mapValues(Tally::number);
            case MAP_WITH_STATE -> mapped(in, slide, spec(Functions.mapped(p)).timeout(half(slide, 2 * p - 1)));
            case MAP_IN_PLACE -> mapped(in, slide, spec(Tally.mapped()).timeout(slide.times(p)));
            case MAP_FROM ->
                mapped(
                        in,
                        slide,
                        spec(Functions.removing(p, millis))
                                .timeout(slide.times(p))
                                .numPartitions(step.second())
                                .initialState(initial));
            case QUARANTINE_STATE ->
                mapped(
                        in.filter(pairwise(Functions.filterPair(p))),
                        slide,
                        spec(Functions.dividing(p)).timeout(slide.times(p)));
            case QUARANTINE_IN_PLACE ->
                mapped(
                        in.filter(pairwise(Functions.filterPair(p))),
                        slide,
                        spec(Tally.throwing(p)).timeout(slide.times(p)));
            case SNAPSHOTS ->
                state(in, slide, spec(Functions.mapped(p)).timeout(slide.times(p)))
                        .stateSnapshots();
            default -> throw ModelRunner.unknown(step);
        };
    }

    private static Duration half(Duration slide, int halves) {
        return new Duration(slide.milliseconds() / 2 * halves);
    }

    private static <S> Function2<List<Integer>, Optional<S>, Optional<S>> update(
            dev.millrace.function.Function2<List<Integer>, java.util.Optional<S>, java.util.Optional<S>> function) {
        return (values, state) -> spark(function.call(values, ours(state)));
    }

    private static StateSpec<String, Integer, Integer, Tuple2<String, Integer>> counted() {
        return StateSpec.function((Function3<String, Optional<Integer>, State<Integer>, Tuple2<String, Integer>>)
                (key, value, state) -> spark(Functions.counted().call(key, ours(value), new SparkState<>(state))));
    }

    private static <S> StateSpec<String, Integer, S, Tuple2<String, Integer>> spec(
            Function4<
                            BatchTime,
                            String,
                            java.util.Optional<Integer>,
                            dev.millrace.streaming.State<S>,
                            java.util.Optional<dev.millrace.Tuple2<String, Integer>>>
                    function) {
        return StateSpec.function((org.apache.spark.api.java.function.Function4<
                        Time, String, Optional<Integer>, State<S>, Optional<Tuple2<String, Integer>>>)
                (time, key, value, state) -> spark(
                        function.call(BatchTime.of(time.milliseconds()), key, ours(value), new SparkState<>(state))
                                .map(SparkFunctions::spark)));
    }

    private static <S> JavaPairDStream<String, Integer> mapped(
            JavaPairDStream<String, Integer> in,
            Duration slide,
            StateSpec<String, Integer, S, Tuple2<String, Integer>> spec) {
        return state(in, slide, spec).mapToPair(pair -> pair);
    }

    private static <S, M> JavaMapWithStateDStream<String, Integer, S, M> state(
            JavaPairDStream<String, Integer> in, Duration slide, StateSpec<String, Integer, S, M> spec) {
        JavaMapWithStateDStream<String, Integer, S, M> stream = in.mapWithState(spec);
        stream.checkpoint(slide);
        return stream;
    }

    /** A state of Spark Streaming for a function of Millrace. */
    private static final class SparkState<S> extends dev.millrace.streaming.State<S> {
        private final State<S> state;

        SparkState(State<S> state) {
            this.state = state;
        }

        @Override
        public boolean exists() {
            return state.exists();
        }

        @Override
        public S get() {
            return state.get();
        }

        @Override
        public void update(S value) {
            state.update(value);
        }

        @Override
        public void remove() {
            state.remove();
        }

        @Override
        public boolean isTimingOut() {
            return state.isTimingOut();
        }
    }
}
