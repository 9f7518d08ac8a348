/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.start;

import dev.millrace.internal.checkpoint.Checkpoint;
import dev.millrace.internal.checkpoint.CheckpointContents;
import dev.millrace.internal.checkpoint.Reading;
import dev.millrace.internal.checkpoint.SkippedBatch;
import dev.millrace.internal.conf.Options;
import dev.millrace.internal.graph.InputNode;
import dev.millrace.internal.graph.InputServices;
import dev.millrace.internal.graph.StreamNode;
import dev.millrace.internal.log.Epoch;
import dev.millrace.internal.quarantine.Quarantine;
import dev.millrace.internal.receive.WriteAheadLog;
import dev.millrace.internal.runtime.OutputCommitter;
import dev.millrace.internal.runtime.TakingBack;
import dev.millrace.spi.FileStore;
import dev.millrace.spi.InputSlice;
import dev.millrace.spi.OutputBatch;
import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.UpgradePlan;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Has a program go on from what a checkpoint holds: finds what is there, makes a plan of it, and carries the plan out. The plan
 * is the same that a rehearsal prints. On the thread that starts.
 */
public final class Start {
    private static final System.Logger LOG = System.getLogger("dev.millrace.streaming.checkpoint");

    private final StartingProgram program;
    private final SharedByInputs shared;
    private final FileStore store;
    private final String directory;

    /** @param directory the checkpoint, as the user names it */
    public Start(StartingProgram program, SharedByInputs shared, FileStore store, String directory) {
        this.program = program;
        this.shared = shared;
        this.store = store;
        this.directory = directory;
    }

    /** Returns what a start would do. Nothing is taken, locked or written. */
    public static UpgradePlan rehearse(StartingProgram program, FileStore store, String directory) {
        return Reading.forAStart(store, contents -> rehearse(program, store, directory, contents));
    }

    private static UpgradePlan rehearse(
            StartingProgram program, FileStore store, String directory, CheckpointContents contents)
            throws IOException {
        Map<String, Long> logged =
                program.settings().get(Options.WAL_ENABLE) ? WriteAheadLog.nextBlocks(store) : Map.of();
        StartPlan plan = new StartPlanner(program, directory, contents).plan(store, logged);
        UpgradePlan described = plan.describe();
        if (described.starts() && !logged.isEmpty()) {
            LoggedBlocks.checkEnds(store, positions(program, plan));
        }
        return described;
    }

    private static Map<String, Map<Object, Object>> positions(StartingProgram program, StartPlan plan) {
        Map<String, Map<Object, Object>> positions = new HashMap<>();
        for (InputNode<?> input : program.graph().inputs()) {
            Map<Object, Object> position = plan.position(input);
            if (position != null) {
                positions.put(input.name(), position);
            }
        }
        return positions;
    }

    /**
     * Starts the program.
     *
     * @param now the time just before the first batch, if there was none yet
     * @param committers makes the committer of the program's outputs once the journal has begun
     * @throws dev.millrace.error.CheckpointException if the program does not fit the checkpoint, with all that does not
     */
    public Started planAndApply(
            Checkpoint checkpoint, BatchTime now, Quarantine quarantine, Supplier<OutputCommitter> committers)
            throws Exception {
        InputServices services = services(checkpoint.epoch(), checkpoint.contents());
        CheckpointContents contents = checkpoint.contents();
        StartPlan plan = new StartPlanner(program, directory, contents).plan(store, shared.loggedBlocks());
        // An output that is opened may tell more of what it has published, so that part is planned again then.
        Supplier<StartPlan> published = () -> new StartPlanner(program, directory, contents).planPublished();
        return apply(plan, published, checkpoint, now, quarantine, services, committers);
    }

    /**
     * The whole of a start, in order. All that the program goes on with is loaded, and all inputs are open, before the journal
     * of this run begins; nothing is taken back or published before that.
     *
     * @param published plans anew what becomes of published batches, for outputs that tell all of them only once they are open
     */
    private Started apply(
            StartPlan plan,
            Supplier<StartPlan> published,
            Checkpoint checkpoint,
            BatchTime now,
            Quarantine quarantine,
            InputServices services,
            Supplier<OutputCommitter> committers)
            throws Exception {
        CheckpointContents contents = plan.contents();
        StartTimes times = StartTimes.of(contents, program.graph().interval(), now);
        plan.mustStart();
        load(plan, times.beforeFirst());
        warnOfOthers(plan);
        quarantine.recover(checkpoint.epoch(), contents.lastDecided(), contents.decidingEpochs(), contents.notBegun());
        for (InputNode<?> input : program.graph().inputs()) { // which may read the quarantine
            input.openAt(plan.position(input), services);
        }
        begin(plan, checkpoint, times.zero());
        OutputCommitter committer = committers.get();
        try {
            List<OutputBatch> publishedSince = plan.publishedSince();
            if (committer.open(contents.places(), program.calls())) {
                StartPlan complete = published.get();
                complete.mustStart();
                publishedSince = complete.publishedSince();
            }
            takeBack(plan.rolledBack(), publishedSince, committer);
            publish(plan, committer);
        } catch (Throwable e) {
            committer.close();
            throw e;
        }
        String resumption = plan.resumption();
        return new Started(
                times,
                contents.lastDecided(),
                resumption == null ? null : resumption + times.lostSlides(program.graph(), now),
                plan.toRunAgain(),
                committer);
    }

    /**
     * A program that has taken its checkpoint over.
     *
     * @param lastDecided the last batch that an earlier run of the program had decided, or null
     * @param resumption where it goes on, for people; null at the very first start
     * @param toRunAgain the batches to run again, in order, with what they take
     */
    public record Started(
            StartTimes times,
            @Nullable BatchTime lastDecided,
            @Nullable String resumption,
            Map<BatchTime, Map<String, InputSlice>> toRunAgain,
            OutputCommitter committer) {}

    /** Has the program go on before a batch, to run that again and to keep nothing. */
    public void replay(CheckpointContents contents, Epoch reader) throws Exception {
        InputServices services = services(reader, contents);
        StartPlan plan = new StartPlanner(program, directory, contents).planReplay();
        plan.mustStart();
        load(
                plan,
                StartTimes.of(contents, program.graph().interval(), contents.zero())
                        .beforeFirst());
        for (InputNode<?> input : program.graph().inputs()) {
            input.openAt(contents.position(input.name()), services);
        }
    }

    private InputServices services(Epoch epoch, CheckpointContents contents) {
        return shared.open(program.settings().get(Options.WAL_ENABLE) ? store : null, epoch, contents);
    }

    /** Gives stored states and windows to the engine; states of which nothing is stored begin empty. */
    private void load(StartPlan plan, BatchTime before) {
        try {
            plan.toLoad().forEach(step -> step.load(program.engine(), before));
        } catch (RuntimeException e) {
            throw plan.refused(e);
        }
        program.beginStates(plan.contents().steps(), before, program.codec());
    }

    private static void warnOfOthers(StartPlan plan) {
        if (!plan.publishedByOthers().isEmpty()) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "outputs hold what programs with another checkpoint have published: "
                            + String.join(", ", plan.publishedByOthers())
                            + ". It counts for nothing here: with the checkpoint " + plan.directory()
                            + ", which is another, batches are published beside that, and files of the same batch are"
                            + " replaced");
        }
    }

    /** Begins the journal of this run, says where new inputs begin, and lets go of what the log has for inputs that are dropped. */
    private void begin(StartPlan plan, Checkpoint checkpoint, BatchTime zero) throws IOException {
        long interval = program.graph().interval().toMillis();
        boolean derivedNames = !program.settings().get(Options.NAMES).equals("explicit");
        checkpoint.begin(zero, interval, derivedNames, program.graph().shape(), plan.changes());
        checkpoint.beginInputs(chosenPositions());
        Map<String, Long> dropped = new HashMap<>(plan.dropped());
        program.graph().inputs().stream().map(StreamNode::name).forEach(dropped::remove);
        shared.retireLogged(dropped);
    }

    private Map<String, Map<Object, Object>> chosenPositions() {
        Map<String, Map<Object, Object>> chosen = new LinkedHashMap<>();
        for (InputNode<?> input : program.graph().inputs()) {
            Map<Object, Object> position = input.chosenPosition();
            if (!position.isEmpty()) {
                chosen.put(input.name(), position);
            }
        }
        return chosen;
    }

    private static void takeBack(
            Map<BatchTime, List<String>> rolledBack, List<OutputBatch> publishedSince, OutputCommitter committer)
            throws Exception {
        if (!rolledBack.isEmpty() || !publishedSince.isEmpty()) {
            TakingBack takingBack = committer.takingBack();
            takingBack.takeBackRolledBack(rolledBack);
            takingBack.takeBackPublishedSince(publishedSince);
        }
    }

    /** Publishes what is decided. Runs no function of the program. */
    private static void publish(StartPlan plan, OutputCommitter committer) throws Exception {
        CheckpointContents contents = plan.contents();
        for (Map.Entry<BatchTime, Map<String, List<String>>> batch :
                plan.unpublished().entrySet()) {
            SkippedBatch skipped = contents.skipped().get(batch.getKey());
            if (skipped != null) {
                tellOf(skipped, plan.directory());
                committer.discard(batch.getKey()); // what its last attempt had staged
            }
            committer.publish(batch.getKey(), batch.getValue(), contents.decidedBy(batch.getKey()));
        }
    }

    private static void tellOf(SkippedBatch skipped, String directory) {
        LOG.log(
                System.Logger.Level.WARNING,
                "batch " + skipped.time() + " of the checkpoint " + directory
                        + " was skipped: no output, state or window"
                        + " has what it took" + (skipped.inputs().isEmpty() ? "" : " of " + skipped.inputs())
                        + (skipped.reason().isEmpty() ? "" : "; reason: " + skipped.reason()));
    }
}
