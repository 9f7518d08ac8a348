/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.batch;

import dev.millrace.MillraceContext;
import dev.millrace.error.CheckpointException;
import dev.millrace.internal.access.Handles;
import dev.millrace.internal.checkpoint.Checkpoint;
import dev.millrace.internal.checkpoint.Reading;
import dev.millrace.internal.checkpoint.Recovered;
import dev.millrace.internal.checkpoint.SkippedBatch;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.commit.OutputCommitter;
import dev.millrace.internal.conf.Options;
import dev.millrace.internal.conf.Settings;
import dev.millrace.internal.graph.InputNode;
import dev.millrace.internal.graph.InputServices;
import dev.millrace.internal.graph.ReceiverInput;
import dev.millrace.internal.graph.StreamGraph;
import dev.millrace.internal.graph.StreamNode;
import dev.millrace.internal.logging.Lines;
import dev.millrace.internal.upgrade.Restorer;
import dev.millrace.internal.upgrade.UpgradePlanner;
import dev.millrace.internal.wal.WriteAheadLog;
import dev.millrace.spi.Clock;
import dev.millrace.spi.FileStore;
import dev.millrace.spi.OutputBatch;
import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.UpgradePlan;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Has a program go on from what its checkpoint held. A start calls {@link #restore}, {@link #begin} and {@link #finish} in
 * this order: nothing is written before all of the program's states and inputs are known to fit, and nothing is taken back or
 * published before the journal of this run has begun.
 */
final class Recovery {
    private static final System.Logger LOG = System.getLogger("dev.millrace.streaming.checkpoint");

    private final MillraceContext context;
    private final StreamGraph graph;
    private final Settings settings;
    private final ValueCodec codec;
    private final FileStore store;
    private final String directory;
    private final Recovered recovered;
    private List<OutputBatch> toTakeBack = List.of();

    /** @param directory as the user names it */
    Recovery(
            MillraceContext context,
            StreamGraph graph,
            Settings settings,
            FileStore store,
            String directory,
            Recovered recovered) {
        this.context = context;
        this.graph = graph;
        this.settings = settings;
        this.codec = Launch.codecOf(context);
        this.store = store;
        this.directory = directory;
        this.recovered = recovered;
    }

    /** What a start would do. Nothing is taken, locked or written. */
    UpgradePlan rehearse() throws IOException {
        return planner(settings.get(Options.WAL_ENABLE) ? WriteAheadLog.nextBlocks(store) : Map.of())
                .plan(Restorer.NONE);
    }

    /**
     * Gives states and windows to the engine, and opens the inputs where they were.
     *
     * @param zero the time just before the first batch, if there was none yet
     * @throws CheckpointException if the program does not fit the checkpoint, with all that does not
     */
    void restore(BatchTime zero, SharedByInputs shared, InputServices services) throws Exception {
        Restoration restoration = restoration(beforeFirst(zero));
        UpgradePlanner planner = planner(shared.loggedBlocks());
        startable(planner.plan(restoration));
        toTakeBack = planner.toTakeBack();
        tellOfOthers(planner.publishedByOthers());
        restoration.initialStates();
        for (InputNode<?> input : graph.inputs()) {
            input.openAt(position(input), services);
        }
    }

    /** The same for a run that repeats one batch and keeps nothing. */
    void restoreToReplay(InputServices services) throws Exception {
        Restoration restoration = restoration(beforeFirst(recovered.zero()));
        startable(planner(Map.of()).planReplay(restoration));
        restoration.initialStates();
        for (InputNode<?> input : graph.inputs()) {
            input.openAt(recovered.position(input.name()), services);
        }
    }

    /**
     * Begins the journal of this run, says where new inputs begin, and lets go of what the log has for inputs that are dropped.
     *
     * @return the time from which this run counts its intervals
     */
    BatchTime begin(Checkpoint checkpoint, BatchTime zero, SharedByInputs shared) throws IOException {
        long interval = graph.interval().toMillis();
        BatchTime origin = recovered.isNew() || recovered.interval() != interval ? zero : recovered.zero();
        Map<String, Long> dropped = new HashMap<>(recovered.dropped()); // before they are forgotten
        checkpoint.begin(origin, interval, !settings.get(Options.NAMES).equals("explicit"), graph.shape());
        checkpoint.beginInputs(chosenPositions());
        dropped.keySet().removeAll(graph.inputs().stream().map(StreamNode::name).toList());
        shared.retireLogged(dropped);
        return origin;
    }

    private Map<String, Map<Object, Object>> chosenPositions() {
        Map<String, Map<Object, Object>> chosen = new LinkedHashMap<>();
        for (InputNode<?> input : graph.inputs()) {
            Map<Object, Object> position = input.chosenPosition();
            if (!position.isEmpty()) {
                chosen.put(input.name(), position);
            }
        }
        return chosen;
    }

    private void tellOfOthers(List<String> published) {
        if (!published.isEmpty()) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "outputs hold what programs with another checkpoint have published: " + String.join(", ", published)
                            + ". It counts for nothing here: with the checkpoint " + directory
                            + ", which is another, batches are published beside that, and files of the same batch are"
                            + " replaced");
        }
    }

    /**
     * Takes back what a roll back has undone, and what a later copy of the checkpoint had published if that is wanted, then
     * publishes what is decided. Runs no function of the program.
     */
    void finish(OutputCommitter committer) throws Exception {
        committer.retract(recovered.toRetract());
        committer.takeBack(toTakeBack);
        for (Map.Entry<BatchTime, Map<String, List<String>>> batch :
                recovered.unpublished().entrySet()) {
            SkippedBatch skipped = recovered.skipped().get(batch.getKey());
            if (skipped != null) {
                tellOf(skipped);
                committer.discard(batch.getKey()); // what its last attempt had staged
            }
            committer.publish(batch.getKey(), batch.getValue(), recovered.decidedBy(batch.getKey()));
        }
    }

    private void tellOf(SkippedBatch skipped) {
        LOG.log(
                System.Logger.Level.WARNING,
                "batch " + skipped.time() + " of the checkpoint " + directory
                        + " was skipped: no output, state or window"
                        + " has what it took of " + skipped.inputs()
                        + (skipped.reason().isEmpty() ? "" : "; reason: " + skipped.reason()));
    }

    /** Where the program goes on, for people; null if this is the very first start. */
    @Nullable
    String resumption() {
        if (recovered.isNew()) {
            return null;
        }
        BatchTime last = recovered.lastDecided();
        return (last == null ? "before its first batch" : "after batch " + Lines.time(last)) + ", from "
                + (recovered.snapshot() == 0 ? "" : "snapshot " + recovered.snapshot() + " and ") + "its journals"
                + (recovered.toPublish().isEmpty()
                        ? ""
                        : "; publishes " + Lines.count(recovered.toPublish().size(), "batch", "batches")
                                + " that it had decided")
                + (recovered.plans().isEmpty()
                        ? ""
                        : "; runs " + Lines.count(recovered.plans().size(), "batch", "batches") + " again");
    }

    /** The batches to run again, in order. */
    List<PlannedBatch> again(Clock clock) {
        List<PlannedBatch> again = new ArrayList<>();
        recovered
                .plans()
                .forEach((time, slices) ->
                        again.add(new PlannedBatch(time, slices, clock.nanos(), SkipAdvice.of(directory, time))));
        return again;
    }

    /** The next batch time is a whole interval later, and after the last; on the grid also after another interval. */
    @Nullable
    BatchTime lastTime(BatchTime origin) {
        BatchTime last = recovered.lastTime();
        return last == null
                ? null
                : last.minus(Duration.ofMillis(Math.floorMod(
                        last.milliseconds() - origin.milliseconds(),
                        graph.interval().toMillis())));
    }

    private UpgradePlanner planner(Map<String, Long> loggedBlocks) throws IOException {
        return new UpgradePlanner(
                graph,
                settings,
                codec,
                new UpgradePlanner.Stored(
                        directory,
                        recovered,
                        WriteAheadLog.isIn(store),
                        loggedBlocks,
                        Reading.publishedOutputs(store),
                        Reading.id(store)));
    }

    private Restoration restoration(BatchTime before) {
        return new Restoration(Handles.contexts().engine(context), graph, before, codec);
    }

    private static void startable(UpgradePlan plan) {
        if (!plan.starts()) {
            throw new CheckpointException(plan.refusal());
        }
    }

    /** A receiver whose log was dropped, and which is back, does not find it again. */
    private @Nullable Map<Object, Object> position(InputNode<?> input) {
        Map<Object, Object> position = recovered.position(input.name());
        long next = recovered.dropped().getOrDefault(input.name(), -1L);
        return position == null && next >= 0 && input.receives() ? ReceiverInput.positionAt(next) : position;
    }

    /** The time just before the first batch of this run; batches that run again have times in the past. */
    private BatchTime beforeFirst(BatchTime zero) {
        BatchTime last = recovered.lastDecided();
        if (!recovered.plans().isEmpty()) {
            return last == null ? recovered.zero() : last;
        }
        return last == null || zero.isAfter(last) ? zero : last;
    }
}
