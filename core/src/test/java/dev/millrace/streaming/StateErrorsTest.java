/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.Programs;
import dev.millrace.Tuple2;
import dev.millrace.error.InvalidProgramException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The full text of what is said about state that is used wrongly. */
class StateErrorsTest {
    private static PairDStream<String, Integer> pairs(StreamingContext ssc) {
        return Programs.batches(ssc, List.of("a"), List.of(), List.of())
                .named("input")
                .mapToPair(word -> Tuple2.of(word, 1));
    }

    /** Gives the state of a key in its first batch, or in the one in which it times out, to {@code use}. */
    private static void use(boolean timingOut, Consumer<State<Integer>> use) {
        try (StreamingContext ssc = Programs.local()) {
            pairs(ssc)
                    .mapWithState(
                            StateType.of("sums", Integer.class).timeout(Durations.seconds(1)),
                            (time, key, value, state) -> {
                                if (state.isTimingOut() == timingOut) {
                                    use.accept(state);
                                } else {
                                    state.update(1);
                                }
                                return Optional.empty();
                            })
                    .foreachRDD(rdd -> {});
            ssc.runBatches(3);
        }
    }

    @Test
    void shouldSayWhyAStateCannotBeRead() {
        use(false, state -> {
            assertThat(state.exists()).isFalse();
            assertThat(state).hasToString("State()");
            assertThat(state.getOption()).isEmpty();
            assertThatThrownBy(state::get)
                    .isInstanceOf(NoSuchElementException.class)
                    .hasMessage("the key has no state yet; ask exists() first, or use orElse");
            state.update(5);
            assertThat(state).hasToString("State(5)");
            assertThat(state.getOption()).contains(5);
            assertThat(state.orElse(7)).isEqualTo(5);
            state.remove();
            assertThat(state.orElse(7)).isEqualTo(7);
            assertThatThrownBy(state::get)
                    .isInstanceOf(NoSuchElementException.class)
                    .hasMessage("the key has no state any more; ask exists() first, or use orElse");
        });
    }

    @Test
    @SuppressWarnings("NullAway") // what is tried
    void shouldSayWhyAStateCannotBeChanged() {
        use(false, state -> {
            assertThatThrownBy(() -> state.update(null))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("the state cannot be null; to drop the key, call remove()");
            state.remove();
            assertThatThrownBy(() -> state.update(1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("the state cannot be updated after it was removed in the same call; decide once in the"
                            + " function");
            assertThatThrownBy(state::remove)
                    .hasMessage("the state cannot be removed after it was removed in the same call; decide once in the"
                            + " function");
        });
        use(true, state -> {
            assertThat(state.get()).isEqualTo(1);
            assertThatThrownBy(() -> state.update(2))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("the state cannot be updated while it is timing out: it is dropped after this call; ask"
                            + " isTimingOut() first");
            assertThatThrownBy(state::remove)
                    .hasMessage("the state cannot be removed while it is timing out: it is dropped after this call; ask"
                            + " isTimingOut() first");
        });
    }

    @Test
    @SuppressWarnings("NullAway") // what is tried
    void shouldRefuseAResultThatIsNull() {
        try (StreamingContext ssc = Programs.local()) {
            pairs(ssc)
                    .mapWithState(
                            StateType.of("sums", Integer.class), (time, key, value, state) -> (Optional<String>) null)
                    .foreachRDD(rdd -> {});
            assertThatThrownBy(() -> ssc.runBatches(1))
                    .hasMessageContaining("the function given to mapWithState at StateErrorsTest.java:")
                    .hasMessageContaining(" returned null; return Optional.empty() to emit nothing");
        }
    }

    @Test
    void shouldAskForAStateTypeWhenThereIsACheckpointDirectory(@TempDir Path directory) {
        try (StreamingContext ssc = Programs.local()) {
            ssc.checkpoint(directory.toString());
            StateSpec<String, Integer, Integer, String> spec = StateSpec.function((key, value, state) -> key);
            pairs(ssc).mapWithState(spec).foreachRDD("seen", rdd -> {});
            assertThatThrownBy(ssc::start)
                    .isInstanceOf(InvalidProgramException.class)
                    .message()
                    .satisfies(
                            message -> assertThat(message.replaceAll("mapWithState at \\S+", "mapWithState at X"))
                                    .isEqualTo(
                                            "With a checkpoint directory, everything that is kept needs a name of its own:\n"
                                                    + "  - mapWithState at X has no state type; add"
                                                    + " .stateType(StateType.of(\"mapwithstate-2\", TheState.class)) to its StateSpec"));
        }
    }

    @Test
    void shouldRefuseATimeoutThatCannotBe() {
        assertThatThrownBy(() -> StateType.of("sums", Integer.class).timeout(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the state sums has a timeout of 0 ms; it must be at least 1 ms, such as"
                        + " Durations.minutes(30)");
        StateSpec<String, Integer, Integer, String> spec = StateSpec.function((key, value, state) -> key);
        assertThatThrownBy(() -> spec.timeout(Durations.seconds(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a StateSpec has a timeout of -1000 ms; it must be at least 1 ms, such as"
                        + " Durations.minutes(30)");
        try (StreamingContext ssc = Programs.local()) {
            assertThatThrownBy(() -> pairs(ssc)
                            .updateStateByKey(
                                    StateType.of("sums", Integer.class).timeout(Durations.seconds(1)),
                                    (values, state) -> state))
                    .isInstanceOf(IllegalArgumentException.class)
                    .message()
                    .satisfies(message -> assertThat(message.replaceAll(":\\d+", ":N"))
                            .isEqualTo("updateStateByKey at StateErrorsTest.java:N: the state sums has a timeout, and"
                                    + " updateStateByKey calls its function for every key in every batch; return"
                                    + " Optional.empty() to drop a key, or use mapWithState"));
        }
    }
}
