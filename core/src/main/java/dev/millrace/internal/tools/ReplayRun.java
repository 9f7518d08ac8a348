/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.tools;

import dev.millrace.error.MillraceException;
import dev.millrace.function.VoidFunction2;
import dev.millrace.internal.conf.Settings;
import dev.millrace.internal.engine.ContextRuntime;
import dev.millrace.internal.files.FileStores;
import dev.millrace.internal.graph.StreamGraph;
import dev.millrace.internal.graph.StreamOutput;
import dev.millrace.internal.lineage.RddAccess;
import dev.millrace.internal.log.CheckpointIdentity;
import dev.millrace.internal.owner.Ownership;
import dev.millrace.internal.runtime.loop.Lifecycle;
import dev.millrace.internal.runtime.loop.VirtualTime;
import dev.millrace.internal.start.ProgramStarter;
import dev.millrace.rdd.RDD;
import dev.millrace.spi.Clock;
import dev.millrace.spi.Output;
import dev.millrace.spi.OutputBatch;
import dev.millrace.streaming.Replay;
import dev.millrace.streaming.ReplayRequest;
import dev.millrace.streaming.ReplayedOutput;
import dev.millrace.streaming.ReplayedOutput.Treatment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Runs one batch of an earlier run again: the program as it is, with outputs that collect in place of those that write, and
 * without anything durable.
 */
public final class ReplayRun {
    private static final String PRINT = "print";

    private final ContextRuntime runtime;
    private final StreamGraph graph;
    private final Settings settings;
    private final Clock clock;
    private final ReplayRequest request;
    private final Map<String, List<String>> collected = new ConcurrentHashMap<>();
    private CheckpointIdentity identity = CheckpointIdentity.NONE;

    public ReplayRun(ContextRuntime runtime, StreamGraph graph, Settings settings, Clock clock, ReplayRequest request) {
        this.runtime = runtime;
        this.graph = graph;
        this.settings = settings;
        this.clock = clock;
        this.request = request;
    }

    /** Goes back to before the batch; if that is refused nothing is left open. */
    public VirtualTime open(String directory) throws Exception {
        checkNames();
        identity = Ownership.readerOf(FileStores.open(directory)).identity();
        ProgramStarter starter = ProgramStarter.toReplay(runtime, graph.withOutputs(this::inPlaceOf), settings, clock);
        return new VirtualTime(
                Lifecycle.opened(), starter.openBefore(request.batch(), directory), graph.interval(), clock);
    }

    public Replay run(VirtualTime run) {
        run.runAgain();
        run.end();
        List<ReplayedOutput> replayed = new ArrayList<>();
        for (StreamOutput<?> output : graph.outputs()) {
            replayed.add(replayed(output));
        }
        return new Replay(request, replayed);
    }

    private void checkNames() {
        Set<String> names = new TreeSet<>();
        graph.outputs().stream()
                .filter(output -> treatment(output) != Treatment.COLLECTED)
                .forEach(output -> names.add(output.name()));
        if (!names.containsAll(request.run())) {
            throw new IllegalArgumentException("the program has no outputs of its own code with the names "
                    + new TreeSet<>(request.run()) + "; it has " + names);
        }
    }

    private Treatment treatment(StreamOutput<?> output) {
        if (output.action() instanceof StreamOutput.ExactlyOnce<?>) {
            return Treatment.COLLECTED;
        }
        boolean runs = output.operator().name().equals(PRINT) || request.run().contains(output.name());
        return runs ? Treatment.RUN : Treatment.SKIPPED;
    }

    private <T> StreamOutput<T> inPlaceOf(StreamOutput<T> output) {
        if (output.action() instanceof StreamOutput.ExactlyOnce<T> sink) {
            return with(output, (rdd, batch) -> collect(sink.output(), batch, rdd.collect()));
        }
        return treatment(output) == Treatment.RUN ? output : with(output, (rdd, batch) -> {});
    }

    private <T> StreamOutput<T> with(StreamOutput<T> output, VoidFunction2<RDD<T>, OutputBatch> function) {
        StreamOutput<T> other = new StreamOutput<>(
                output.operator(),
                output.stream(),
                new StreamOutput.Foreach<>(lineage -> RddAccess.rdds().wrap(runtime.context(), lineage), function));
        other.setName(output.name());
        return other;
    }

    private <U> void collect(Output<U> output, OutputBatch batch, List<? extends U> records) {
        collected.put(
                batch.outputName(), lines(records.stream().map(output::shown).toList()));
    }

    /** A record may be several lines; what was published is compared by lines. */
    private static List<String> lines(List<String> texts) {
        return texts.isEmpty()
                ? List.of()
                : (String.join("\n", texts) + "\n").lines().toList();
    }

    private Optional<List<String>> published(Output<?> sink, String name) {
        try {
            OutputBatch batch =
                    new OutputBatch(request.batch(), name, identity.checkpointId(), identity.epoch(), identity.runId());
            return sink.published(batch).map(ReplayRun::lines);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new MillraceException(
                    "the output \"" + name + "\" (" + sink + ") cannot say what it has published of batch "
                            + request.batch() + ": " + e + "; bring it back, and replay again",
                    e);
        }
    }

    private ReplayedOutput replayed(StreamOutput<?> output) {
        Treatment treatment = treatment(output);
        Output<?> sink = output.action() instanceof StreamOutput.ExactlyOnce<?> action ? action.output() : null;
        Optional<List<String>> published =
                sink == null || !request.compared() ? Optional.empty() : published(sink, output.name());
        return new ReplayedOutput(
                output.name(),
                String.valueOf(sink == null ? output.operator() : sink),
                treatment,
                collected.getOrDefault(output.name(), List.of()),
                published);
    }
}
