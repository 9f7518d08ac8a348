/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit;

import dev.millrace.streaming.StreamingContext;
import dev.millrace.streaming.StreamingContextState;
import dev.millrace.testkit.internal.Observation;
import dev.millrace.testkit.internal.TestBatches;
import dev.millrace.testkit.internal.Wiring;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Runs a program in virtual time under the control of a test. Its inputs are filled by the test, its streams and outputs
 * are looked at by name, and time moves only with {@link #advanceBatch()}, which returns when the batch is complete: no
 * test waits.
 *
 * <pre>{@code
 * try (StreamTestDriver driver = StreamTestDriver.of(WordCount::build)) {
 *     driver.input("lines").batch("a b a");
 *     driver.advanceBatch();
 *     assertThat(driver.output("counts").last())
 *             .containsExactlyInAnyOrder(Tuple2.of("a", 2), Tuple2.of("b", 1));
 * }
 * }</pre>
 *
 * <p>Every stream and output with a name of its own is observed, which computes it once more for the observer; see
 * {@link StreamTestSetup#observeOnly}. Functions that change objects which they must not change are found. All work is
 * done on the calling thread and the engine's own. Not thread safe.
 */
public final class StreamTestDriver implements AutoCloseable {
    private final StreamTestSetup setup;
    private final StreamProgram program;
    private final Map<String, TestInput<?>> inputs = new LinkedHashMap<>();
    private final Map<String, ObservedStream<?>> outputs = new LinkedHashMap<>();
    private StreamingContext context;
    private Wiring wiring;

    StreamTestDriver(StreamTestSetup setup, StreamProgram program) {
        this.setup = setup;
        this.program = program;
        context = build();
        wiring = attach();
    }

    /** A driver with the usual settings: {@code local[2]}, batches of one second, no checkpoint. */
    public static StreamTestDriver of(StreamProgram program) {
        return setup().run(program);
    }

    /** For other settings. */
    public static StreamTestSetup setup() {
        return new StreamTestSetup();
    }

    private StreamingContext build() {
        StreamingContext built = new StreamingContext(setup.conf(), setup.batchInterval());
        try {
            program.build(built);
            String directory = setup.directory();
            if (directory != null) {
                built.checkpoint(directory); // the test's, whatever the program says
            }
            if (built.getState() != StreamingContextState.CREATED) {
                throw new IllegalStateException(
                        "the program started its context; leave start() to the caller of build(), here the driver");
            }
            return built;
        } catch (Throwable e) {
            built.stop();
            if (e instanceof RuntimeException failure) {
                throw failure;
            }
            if (e instanceof Error failure) {
                throw failure;
            }
            throw new IllegalStateException("the program could not be built: " + e, e);
        }
    }

    private Wiring attach() {
        Wiring ends = new Wiring(context);
        Set<String> fed = new LinkedHashSet<>(ends.inputs());
        fed.removeIf(setup::keepsSource);
        int partitions = context.millraceContext().defaultParallelism();
        fed.forEach(name -> inputs.computeIfAbsent(name, n -> new TestInput<>(new TestBatches<>(), partitions)));
        ends.feed(name -> known(inputs, name).batches(), fed);
        for (String name : ends.streams()) {
            if (setup.observes(name)) {
                ends.observe(name, observed(name).observation());
            }
        }
        return ends;
    }

    private static <V> V known(Map<String, V> map, String name) {
        V value = map.get(name);
        if (value == null) {
            throw new IllegalStateException("no " + name);
        }
        return value;
    }

    private ObservedStream<?> observed(String name) {
        return outputs.computeIfAbsent(name, n -> new ObservedStream<>(n, new Observation<>(), setup.batchInterval()));
    }

    /**
     * The input of that name.
     *
     * @throws IllegalArgumentException if the program has no such input, or it keeps its own source; the message lists
     *     those that there are
     */
    @SuppressWarnings("unchecked") // the test says what the input holds
    public <T> TestInput<T> input(String name) {
        TestInput<?> input = inputs.get(name);
        if (input == null) {
            throw new IllegalArgumentException("the program has no input \"" + name + "\" for the test to fill; it has "
                    + inputs.keySet() + ". An input gets its name with .named(\"" + name + "\")");
        }
        return (TestInput<T>) input;
    }

    /**
     * The stream or output of that name; where both have it, what goes to the output.
     *
     * @throws IllegalArgumentException if the program has none, or several; the message lists those that there are
     */
    @SuppressWarnings("unchecked") // the test says what the stream holds
    public <T> ObservedStream<T> output(String name) {
        if (wiring.isAmbiguous(name)) {
            throw new IllegalArgumentException(
                    "the program has several streams or outputs \"" + name + "\"; give each a name of its own");
        }
        ObservedStream<?> output = outputs.get(name);
        if (output == null) {
            throw new IllegalArgumentException("the program has no stream or output \"" + name
                    + "\" that is observed; it has " + outputs.keySet() + ". A stream gets its name with .named(\""
                    + name + "\")");
        }
        return (ObservedStream<T>) output;
    }

    /** Runs one batch to its end; at the first call also the batches that a crash has left, before it. */
    public void advanceBatch() {
        advanceBatches(1);
    }

    /**
     * Runs {@code n} batches to their end.
     *
     * @throws dev.millrace.error.BatchFailedException if a batch fails; the program is stopped then
     * @throws SimulatedCrash at the point of {@link #crashAt}; {@link #restart()} goes on from the checkpoint
     */
    public void advanceBatches(int n) {
        if (context.getState() == StreamingContextState.STOPPED) {
            throw new IllegalStateException("the program has stopped"
                    + context.failure()
                            .map(failure -> " because " + failure.getMessage())
                            .orElse("")
                    + (setup.isDurable() ? "; restart() goes on from the checkpoint" : ""));
        }
        CrashPoints.unwrapped(() -> context.runBatches(n));
    }

    /** Runs the batches that are filled in, and one more. */
    void advanceFilled() {
        advanceBatches(Math.toIntExact(1
                + inputs.values().stream()
                        .mapToLong(input -> input.batches().size())
                        .max()
                        .orElse(0)));
    }

    /** The findings of what is not portable in a program that runs so. */
    List<String> portabilityFindings() {
        return wiring.portability().findings();
    }

    /** The context that runs the program; another one after a restart. */
    public StreamingContext context() {
        return context;
    }

    /**
     * Lets the program crash when it comes to a point of its durable path. The points belong to the process, so tests
     * that use them do not run beside others.
     */
    public void crashAt(CrashSite site) {
        CrashPoints.arm(site);
    }

    /**
     * Ends the program, if it has not crashed, and starts it again from the checkpoint; batches that a crash has left are
     * run at once. Inputs go on behind what was taken.
     *
     * @throws IllegalStateException without a checkpoint directory
     */
    public void restart() {
        checkDurable();
        end();
        reopen();
    }

    /** Like {@link #restart()}, but the program ends without a chance to put anything in order. */
    public void crashAndRestart() {
        checkDurable();
        CrashPoints.die();
        end();
        reopen();
    }

    private void checkDurable() {
        if (!setup.isDurable()) {
            throw new IllegalStateException("a restart begins anew without a checkpoint;"
                    + " use StreamTestDriver.setup().checkpoint(directory).run(program)");
        }
    }

    /** A crash is over when its program has ended; a crash that is still to come may come to the next start. */
    private void end() {
        try {
            context.stop();
        } finally {
            if (CrashPoints.hasCrashed()) {
                CrashPoints.disarm();
            }
        }
    }

    private void reopen() {
        context = build();
        wiring = attach();
        CrashPoints.unwrapped(() -> context.runBatches(0));
    }

    /** Stops the program and its engine. Does nothing the second time. */
    @Override
    public void close() {
        try {
            context.stop();
        } finally {
            CrashPoints.disarm();
        }
    }

    /** The names of the inputs that the test fills. */
    public List<String> inputs() {
        return List.copyOf(inputs.keySet());
    }

    /** The names of what is observed. */
    public List<String> outputs() {
        return List.copyOf(outputs.keySet());
    }
}
