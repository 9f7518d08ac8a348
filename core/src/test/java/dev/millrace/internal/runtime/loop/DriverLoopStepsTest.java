/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runtime.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.streaming.StopResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Steps of the loop, of the batch thread and of who stops, in an order that a seed says, on one thread. A move that {@link RunState}
 * does not have would be the failure of the run, and is looked for after each step.
 */
class DriverLoopStepsTest {
    private static final int STEPS = 120;
    private static final int MOST_TO_END = 1_000;

    private final List<String> history = new ArrayList<>();
    private boolean stopAsked;
    private boolean mayFail;

    private void live(long from, long count) throws Exception {
        for (long seed = from; seed < from + count; seed++) {
            history.clear();
            stopAsked = false;
            mayFail = false;
            try (LoopByHand program = new LoopByHand()) {
                live(program, new Random(seed * 0x9E3779B97F4A7C15L));
            } catch (Throwable e) {
                throw new AssertionError("seed " + seed + ": " + history, e);
            }
        }
    }

    private void live(LoopByHand program, Random random) {
        for (int i = 0; i < STEPS; i++) {
            step(program, random);
            check(program);
        }
        program.loop.requestStop(Duration.ofMillis(random.nextInt(5000)));
        for (int i = 0; !program.loop.isOver(); i++) {
            assertThat(i)
                    .as("steps to the end in state %s", program.life.state())
                    .isLessThan(MOST_TO_END);
            if (!program.loop.doWork()) {
                if (program.waiting() > 0 && random.nextBoolean()) {
                    runBatch(program);
                } else {
                    program.pass(500);
                }
            }
            check(program);
        }
        checkEnd(program);
    }

    private void step(LoopByHand program, Random random) {
        int what = random.nextInt(100);
        if (what < 45) {
            note("step " + program.loop.doWork());
        } else if (what < 70) {
            if (program.waiting() > 0) {
                note("batch");
                runBatch(program);
            }
        } else if (what < 92) {
            int millis = random.nextInt(1500);
            note(millis + " ms");
            program.pass(millis);
        } else if (what < 93) {
            note("batches fail");
            program.batchFails = true;
            mayFail = true;
        } else if (what < 94) {
            note("planning fails");
            program.planningFails = true;
            mayFail = true;
        } else if (what < 95) {
            int millis = random.nextInt(3000);
            note("stop within " + millis + " ms");
            program.loop.requestStop(Duration.ofMillis(millis));
            stopAsked = true;
        } else if (stopAsked && what < 97) {
            note("roll back");
            program.loop.rollBack();
        } else if (stopAsked && what < 98) {
            note("abandon");
            program.loop.abandon();
        }
    }

    private static void runBatch(LoopByHand program) {
        RunState state = program.life.state();
        int before = program.ran.size();
        program.runBatch();
        assertThat(program.ran).as("batches that have run in state %s", state).hasSize(before + (state.runs() ? 1 : 0));
    }

    private void note(String what) {
        history.add(what);
    }

    private void check(LoopByHand program) {
        RuntimeException failure = program.loop.failure();
        if (failure != null) {
            assertThat(mayFail).as("%s", failure).isTrue();
            assertThat(failure.getMessage()).containsAnyOf("no room", "the broker is gone");
        }
        assertThat(program.life.underWay()).isNotNegative();
        assertThat(program.ran).isEqualTo(program.planned.subList(0, program.ran.size()));
        for (int i = 0; i < program.planned.size(); i++) {
            assertThat(program.planned.get(i)).isEqualTo(LoopByHand.START + (i + 1) * LoopByHand.INTERVAL);
        }
        assertThat(program.failed).as("batches behind one that failed").isLessThanOrEqualTo(1);
        assertThat(program.closed).isEqualTo(program.loop.isOver() ? 1 : 0);
    }

    private void checkEnd(LoopByHand program) {
        assertThat(program.loop.ended()).isDone();
        RuntimeException failure = program.loop.failure();
        if (failure != null) {
            assertThat(program.loop.ended()).isCompletedExceptionally();
            return;
        }
        StopResult result = program.loop.ended().join();
        boolean complete = program.ran.size() == program.planned.size();
        assertThat(result == StopResult.FINISHED && !complete)
                .as("%s, planned %s, ran %s", result, program.planned, program.ran)
                .isFalse();
    }

    @Test
    void shouldEndWhateverTheOrderOfSteps() throws Exception {
        live(0, 300);
    }

    @Test
    @Tag("full")
    void shouldEndWhateverTheOrderOfVeryManySteps() throws Exception {
        live(1_000, 20_000);
    }
}
