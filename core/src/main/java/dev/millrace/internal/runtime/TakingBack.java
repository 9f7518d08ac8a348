/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runtime;

import dev.millrace.error.CheckpointException;
import dev.millrace.error.MillraceException;
import dev.millrace.internal.checkpoint.BatchLog;
import dev.millrace.internal.crash.CrashPoint;
import dev.millrace.internal.io.output.FileOutput;
import dev.millrace.internal.io.output.StagedRows;
import dev.millrace.internal.log.CheckpointIdentity;
import dev.millrace.internal.logging.Trace;
import dev.millrace.spi.OutputBatch;
import dev.millrace.spi.StagedOutput;
import dev.millrace.streaming.BatchTime;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Has outputs take back what readers see of batches that will run again. An output is called once for each receipt that it has of a
 * batch, and asked afterwards whether the receipts are gone: a batch that stays would be published beside what is taken for gone.
 */
public final class TakingBack {
    private static final System.Logger LOG = System.getLogger("dev.millrace.streaming.output");

    private final Map<String, StagedOutput<?>> staged;
    private final BatchLog batchLog;
    private final CheckpointIdentity identity;

    /** @param staged all outputs that can be asked, by name */
    TakingBack(Map<String, StagedOutput<?>> staged, BatchLog batchLog, CheckpointIdentity identity) {
        this.staged = staged;
        this.batchLog = batchLog;
        this.identity = identity;
    }

    /** One batch of one output. */
    private record Part(BatchTime time, String output) {
        static Part of(OutputBatch batch) {
            return new Part(batch.time(), batch.outputName());
        }
    }

    /**
     * Takes back what batches that were rolled back have published, before any of them runs again.
     *
     * @param batches outputs by batch, in the order in which they are taken back
     */
    public void takeBackRolledBack(Map<BatchTime, List<String>> batches) throws Exception {
        List<Part> parts = batches.entrySet().stream()
                .flatMap(batch -> batch.getValue().stream().map(output -> new Part(batch.getKey(), output)))
                .toList();
        parts.forEach(this::mustBeThere);
        Map<Part, List<OutputBatch>> receipts = receipts(parts);
        for (Part part : parts) {
            List<OutputBatch> published = receipts.getOrDefault(part, List.of());
            tellOfOtherCopies(part, published);
            takeBack(part, published);
            batchLog.retracted(part.time(), part.output());
            Trace.step(Trace.Phase.PUBLISH, part.time(), () -> "taken back what " + part.output() + " had published");
        }
    }

    private void mustBeThere(Part part) {
        if (!staged.containsKey(part.output())) {
            throw new CheckpointException("batch " + part.time() + " was rolled back, and output \"" + part.output()
                    + "\" had published it, which the program no longer has; bring it back for one start");
        }
    }

    /**
     * Asks for the receipts of these parts. That is done before the program finds that it still owns the checkpoint, so
     * it is no successor's; what has a later epoch is that of another copy, which was started more often.
     */
    private Map<Part, List<OutputBatch>> receipts(List<Part> parts) throws Exception {
        Map<String, Part> first = new LinkedHashMap<>();
        parts.forEach(part ->
                first.merge(part.output(), part, (one, other) -> one.time().isAfter(other.time()) ? other : one));
        Map<Part, List<OutputBatch>> receipts = new HashMap<>();
        for (Part from : first.values()) {
            receipts.putAll(ofThisCheckpoint(OutputCalls.receipts(output(from), own(from))));
        }
        return receipts;
    }

    private Map<Part, List<OutputBatch>> ofThisCheckpoint(List<OutputBatch> receipts) {
        return byPart(receipts.stream().filter(receipt -> receipt.checkpointId().equals(identity.checkpointId())));
    }

    private static Map<Part, List<OutputBatch>> byPart(Stream<OutputBatch> receipts) {
        return receipts.collect(Collectors.groupingBy(Part::of, LinkedHashMap::new, Collectors.toList()));
    }

    private void tellOfOtherCopies(Part part, List<OutputBatch> published) {
        if (published.stream().anyMatch(receipt -> receipt.epoch() > identity.epoch())) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    describe(part) + " takes back batch " + part.time()
                            + " with what another copy of the checkpoint has published of it");
        }
    }

    /**
     * Takes back what a later copy of the checkpoint had published. If that is interrupted, the outputs still tell of what is
     * left.
     *
     * @param batches as their receipts say, in the order in which they are taken back
     */
    public void takeBackPublishedSince(List<OutputBatch> batches) throws Exception {
        for (Map.Entry<Part, List<OutputBatch>> part : byPart(batches.stream()).entrySet()) {
            takeBack(part.getKey(), part.getValue());
            LOG.log(
                    System.Logger.Level.WARNING,
                    describe(part.getKey()) + " has taken back batch "
                            + part.getKey().time()
                            + ", which was published since this copy of the checkpoint was made");
        }
    }

    /** @param published the receipts of the part; without any it may be half taken back, by a start that was interrupted */
    private void takeBack(Part part, List<OutputBatch> published) throws Exception {
        batchLog.syncPlans();
        CrashPoint.ROLLBACK_CHECKED.reach();
        long epoch = published.stream().mapToLong(OutputBatch::epoch).reduce(identity.epoch(), Math::max);
        for (OutputBatch receipt : published.isEmpty() ? List.of(own(part)) : published) {
            OutputCalls.retract(output(part), batch(part, epoch, receipt));
        }
        mustBeGone(part, epoch);
    }

    /** The files of Millrace need not be asked. */
    private void mustBeGone(Part part, long epoch) throws Exception {
        if (output(part) instanceof FileOutput<?>) {
            return;
        }
        for (OutputBatch left :
                ofThisCheckpoint(OutputCalls.receipts(output(part), own(part))).getOrDefault(part, List.of())) {
            if (left.epoch() <= epoch) {
                throw new MillraceException(describe(part) + " was told to take back batch " + part.time()
                        + " of the checkpoint " + left.checkpointId() + ", and still has its receipt of the epoch "
                        + left.epoch() + " and the run " + left.runId()
                        + ", so the batch would be there twice when it runs again; correct retract in "
                        + className(part)
                        + ": it deletes all rows and receipts of this output, batch and checkpoint whose epoch is "
                        + epoch + " or less; then start again");
            }
        }
    }

    private StagedOutput<?> output(Part part) {
        return Objects.requireNonNull(staged.get(part.output()));
    }

    private String className(Part part) {
        StagedOutput<?> output = output(part);
        return (output instanceof StagedRows<?> rows ? rows.sink() : output)
                .getClass()
                .getName();
    }

    private String describe(Part part) {
        return "the output \"" + part.output() + "\" (" + output(part) + ")";
    }

    private OutputBatch own(Part part) {
        return new OutputBatch(part.time(), part.output(), identity.checkpointId(), identity.epoch(), identity.runId());
    }

    private static OutputBatch batch(Part part, long epoch, OutputBatch receipt) {
        return new OutputBatch(part.time(), part.output(), receipt.checkpointId(), epoch, receipt.runId());
    }
}
