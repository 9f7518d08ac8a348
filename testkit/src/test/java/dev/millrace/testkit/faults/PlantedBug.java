/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.faults;

import static dev.millrace.testkit.planted.ByteCode.leavingOut;
import static dev.millrace.testkit.planted.ByteCode.skipping;

import dev.millrace.testkit.planted.ByteCode;
import dev.millrace.testkit.planted.InterposedLog;
import java.util.function.LongConsumer;
import java.util.function.UnaryOperator;

/**
 * A bug of the protocol that a simulation must find: a change of byte code, or something wrong that the program stands on. The
 * page docs/planted-bugs.md says after how many seeds each is found.
 */
enum PlantedBug {
    SYNCS_NOTHING(
            "no file of the checkpoint is synced",
            Life.BATCHES,
            seed -> Simulation.run(seed, Mutation.SYNCS_NOTHING::over)),
    COMMITS_BEFORE_IT_PUBLISHES(
            "a batch is committed when it is decided, and published after that", Mutation.COMMITS_BEFORE_IT_PUBLISHES),
    APPLIES_CHANGES_TWICE(
            "the changes of state are durable before the batch is decided", Mutation.APPLIES_CHANGES_TWICE),
    GOES_ON_WHEN_IT_IS_FENCED(
            "the program passes over the error that tells it of a takeover", Mutation.GOES_ON_WHEN_IT_IS_FENCED),
    OUTPUTS_LOOK_AT_NO_EPOCH(
            "an output discards and takes back what a successor has staged and published",
            Life.BATCHES,
            seed -> Simulation.run(seed, UnaryOperator.identity(), new Sink(false))),
    PLANS_ARE_NOT_SYNCED(
            "a batch runs before its plan is durable",
            Life.LOOP,
            leavingOut("checkpoint.Checkpoint", "syncPlans", "sync")),
    TWO_BATCHES_AT_ONCE(
            "the batch thread is two threads",
            Life.LOOP,
            seed -> RealTimeSimulation.run(seed, RealTimeSimulationTest.Broken.TWO_BATCHES_AT_ONCE)),
    AN_EVENT_IS_LOST(
            "the loop does not hear that a batch has ended",
            Life.LOOP,
            seed -> RealTimeSimulation.run(seed, RealTimeSimulationTest.Broken.AN_EVENT_IS_LOST)),
    DECISION_IS_NOT_SYNCED(
            "a batch is published before its decision is durable",
            Life.BATCHES,
            leavingOut("checkpoint.Checkpoint", "decide", "sync")),
    DECIDES_WITHOUT_A_LOOK_AT_THE_OWNER(
            "a program does not look whether it was taken over when it has decided",
            Life.BATCHES,
            leavingOut("checkpoint.Checkpoint", "decide", "check")),
    NEVER_LOOKS_AT_THE_OWNER(
            "a program never looks whether it was taken over", Life.BATCHES, skipping("owner.Ownership", "check")),
    LOSES_CHANGES(
            "a decision lacks what the batch has changed in states and panes",
            Life.BATCHES,
            skipping("checkpoint.Decision", "addAll")),
    WRITES_NO_PLAN(
            "what a batch takes is not written down",
            Life.BATCHES,
            leavingOut("checkpoint.Checkpoint", "plan", "append")),
    WRITES_NO_RECEIPT(
            "no receipt is written for what was published",
            Life.BATCHES,
            leavingOut("checkpoint.Checkpoint", "published", "append")),
    WRITES_NO_COMMIT(
            "it is not written that a batch is published",
            Life.BATCHES,
            leavingOut("checkpoint.Checkpoint", "commit", "append")),
    PUBLISHES_NOTHING(
            "what outputs have staged never becomes visible",
            Life.BATCHES,
            leavingOut("runtime.OutputCommitter", "publish", "publish")),
    APPLIES_NO_CHANGE(
            "a state stays in memory what it was, though the batch is committed",
            Life.BATCHES,
            leavingOut("engine.StepStore", "settle", "run")),
    SNAPSHOT_IS_NOT_SYNCED(
            "the entries of a snapshot are not synced before it becomes visible",
            Life.BATCHES,
            leavingOut("runs.RunWriter", "finish", "sync")),
    MANIFEST_IS_NOT_SYNCED(
            "the manifest of a snapshot is not synced before it becomes visible",
            Life.BATCHES,
            leavingOut("checkpoint.Manifest", "write", "sync")),
    DELETES_RUNS_THAT_ARE_NAMED(
            "retention does not look which runs the snapshots name",
            Life.BATCHES,
            leavingOut("checkpoint.Retention", "deleteUnnamed", "removeAll")),
    JOURNAL_IS_NOT_SYNCED_AT_ITS_END(
            "the next journal begins before the one before it is synced",
            Life.BATCHES,
            leavingOut("log.LogWriter", "end", "sync")),
    TAKES_AN_END_OF_ZEROES_FOR_DAMAGE(
            "an append that never came is taken for damage", Life.BATCHES, skipping("log.FrameReader", "restIsZero")),
    RECORDS_NO_RETRACTION(
            "it is not written that an output has taken back a batch that was rolled back",
            Life.BATCHES,
            leavingOut("runtime.TakingBack", "takeBackRolledBack", "retracted")),
    TAKES_NOTHING_BACK(
            "an output is not told to take back a batch that was rolled back",
            Life.BATCHES,
            leavingOut("runtime.TakingBack", "takeBack", "retract")),
    TAKES_A_LOST_APPEND_FOR_DAMAGE(
            "a frame whose last sectors never came is taken for damage",
            Life.BATCHES,
            skipping("log.FrameReader", "neverCame")),
    LOOKS_FOR_NO_LOST_DECISION(
            "a start does not look whether the journal has lost what receipts tell of",
            Life.BATCHES,
            skipping("checkpoint.Receipts", "checkNothingLost")),
    RETIRES_NO_BATCH(
            "what a batch has computed and persisted is kept, also when it is rolled back",
            Life.LOOP,
            leavingOut("runtime.BatchRunner", "run", "retire")),
    KEEPS_RECORDS_OF_STEPS(
            "the records that a step gave in a batch are kept behind it",
            Life.LOOP,
            skipping("engine.StepRecords", "settle")),
    BEGINS_SEGMENTS_WITHOUT_A_LOOK_AT_THE_OWNER(
            "a program begins segments of its logs after it was taken over",
            Life.LOOP,
            leavingOut("log.LogWriter", "next", "check")),
    BLOCKS_ARE_NOT_SYNCED(
            "a receiver is told that its block is durable before it is",
            Life.LOOP,
            leavingOut("receive.BlockWriter", "write", "sync")),
    TELLS_OF_BLOCKS_WITHOUT_A_LOOK_AT_THE_OWNER(
            "a receiver of a program that was taken over is told that its block is durable",
            Life.LOOP,
            leavingOut("receive.BlockWriter", "write", "check")),
    BATCHES_PASS_ONE_THAT_FAILED(
            "the batches behind one that failed run all the same",
            Life.LOOP,
            leavingOut("runtime.loop.BatchThread", "run", "failed")),
    CANCELS_NOTHING(
            "the deadline of a stop cancels no batch",
            Life.LOOP,
            leavingOut("runtime.loop.DriverLoop", "rollBack", "cancel")),
    DECIDES_A_BATCH_THAT_IS_CANCELLED(
            "a batch does not look whether it is cancelled",
            Life.LOOP,
            skipping("runtime.BatchInHand", "checkCancelled")),
    CANCELS_A_DECIDED_BATCH(
            "a batch may be cancelled after its decision",
            Life.LOOP,
            leavingOut("runtime.BatchRunner", "run", "computed", "decide", "decided")),
    RUNS_NO_PLANNED_BATCH(
            "what an earlier run had planned is not run again",
            Life.LOOP,
            leavingOut("runtime.loop.DriverLoop", "runAgain", "forEach")),
    HEARS_NO_END_OF_A_BATCH(
            "the loop counts a batch as under way when it has ended",
            Life.LOOP,
            leavingOut("runtime.loop.DriverLoop", "batchDone", "completed")),
    TELLS_NO_END_OF_A_BATCH(
            "listeners do not hear that a batch is complete", Life.LOOP, skipping("runtime.Audience", "completed"));

    private final String what;
    private final Life life;
    private final LongConsumer run;
    private final ByteCode.Change change;

    PlantedBug(String what, Life life, ByteCode.Change change) {
        this(what, life, life.run, change);
    }

    /** It is in what the program stands on. */
    PlantedBug(String what, Life life, LongConsumer run) {
        this(what, life, run, () -> () -> {});
    }

    PlantedBug(String what, Mutation mutation) {
        this(what, Life.BATCHES, Life.BATCHES.run, () -> {
            InterposedLog.install(mutation::over);
            return InterposedLog::uninstall;
        });
    }

    PlantedBug(String what, Life life, LongConsumer run, ByteCode.Change change) {
        this.what = what;
        this.life = life;
        this.run = run;
        this.change = change;
    }

    /** What is simulated. */
    enum Life {
        /** One event after the other on one thread, in virtual time. */
        BATCHES(seed -> Simulation.run(seed, UnaryOperator.identity())),
        /** The driver loop, its batch thread and its outputs, in turns. */
        LOOP(seed -> RealTimeSimulation.run(seed, RealTimeSimulation.Breakage.NONE));

        private final LongConsumer run;

        Life(LongConsumer run) {
            this.run = run;
        }
    }

    /** Lives through what a seed says, with the bug once it is planted. */
    void live(long seed) {
        run.accept(seed);
    }

    /** Plants it in this process; what is returned takes that back. */
    AutoCloseable plant() {
        return change.make();
    }

    /** Its row in the table of all, without the number of seeds. */
    String row() {
        return "| `" + name() + "` | " + what + " | " + (life == Life.BATCHES ? "`Simulation`" : "`RealTimeSimulation`")
                + " | ";
    }
}
