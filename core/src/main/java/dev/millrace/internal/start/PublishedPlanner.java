/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.start;

import dev.millrace.error.CancelledException;
import dev.millrace.error.MillraceException;
import dev.millrace.internal.checkpoint.CheckpointContents;
import dev.millrace.internal.checkpoint.KnownProgramRuns;
import dev.millrace.internal.conf.Option;
import dev.millrace.internal.conf.Options;
import dev.millrace.internal.conf.Settings;
import dev.millrace.internal.graph.StreamOutput;
import dev.millrace.internal.io.output.RowFiles;
import dev.millrace.internal.log.CheckpointFiles;
import dev.millrace.internal.log.CheckpointIdentity;
import dev.millrace.internal.runtime.StartCalls;
import dev.millrace.spi.FileStore;
import dev.millrace.spi.Output;
import dev.millrace.spi.OutputBatch;
import dev.millrace.spi.TransactionalOutput;
import dev.millrace.streaming.BatchTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Compares what the outputs say they have published with what the checkpoint knows. A copy that is older than its outputs would
 * publish again, and a copy that went on beside another would publish over it: both are refused, unless a roll back is about
 * to take back what is too much, or an option says what is to become of it.
 */
final class PublishedPlanner {
    private static final long FURTHER = 4;

    private final CheckpointContents contents;
    private final UUID checkpointId;
    private final KnownProgramRuns known;
    private final long last;
    private final long interval;
    private final long accepted;
    private final long retracted;
    private final PlanDraft plan;
    private final StartCalls calls;
    private final List<OutputBatch> publishedSince = new ArrayList<>();
    private final List<String> others = new ArrayList<>();

    /** @param interval the batch interval in ms */
    PublishedPlanner(CheckpointContents contents, long interval, Settings settings, PlanDraft plan, StartCalls calls) {
        this.contents = contents;
        checkpointId = contents.id();
        this.interval = interval;
        this.plan = plan;
        this.calls = calls;
        known = contents.knownProgramRuns();
        BatchTime decided = contents.isNew() ? null : contents.lastDecided();
        last = decided == null ? -1 : decided.milliseconds();
        accepted = bound(settings, Options.ACCEPT_PUBLISHED);
        retracted = bound(settings, Options.RETRACT_PUBLISHED);
    }

    /** The last batch that the option is said to go for, also by a system property; -1 for none. */
    private static long bound(Settings settings, Option<@Nullable Long> option) {
        Long said = settings.get(option);
        return said != null ? said : Long.getLong(option.key(), -1);
    }

    /** The batches that a later copy of the checkpoint has published and that the outputs are to take back, the latest first. */
    List<OutputBatch> publishedSince() {
        publishedSince.sort(Comparator.comparing(OutputBatch::time).reversed());
        return publishedSince;
    }

    /** Descriptions of what is published of other checkpoints, output by output. */
    List<String> others() {
        return others;
    }

    void check(StreamOutput<?> output) {
        if (output.action() instanceof StreamOutput.ExactlyOnce<?> action) {
            check(output.name(), action.output());
        }
    }

    private void check(String name, Output<?> output) {
        List<OutputBatch> receipts = newest(name, output);
        List<OutputBatch> own = receipts.stream()
                .filter(receipt -> receipt.checkpointId().equals(checkpointId))
                .toList();
        if (own.isEmpty() && !receipts.isEmpty()) {
            OutputBatch other = latest(receipts);
            others.add("\"" + name + "\" (" + output + ") holds batch " + other.time() + " of the checkpoint "
                    + other.checkpointId());
        }
        long lastKnown = own.stream()
                .filter(this::isKnown)
                .mapToLong(receipt -> receipt.time().milliseconds())
                .max()
                .orElse(-1);
        List<OutputBatch> surplus = own.stream()
                .filter(receipt -> isAhead(receipt) || receipt.time().milliseconds() > lastKnown)
                .filter(this::isUnsettled)
                .toList();
        List<OutputBatch> retractable = surplus.stream()
                .filter(receipt -> isAhead(receipt) && receipt.time().milliseconds() <= retracted)
                .toList();
        publishedSince.addAll(retractable);
        List<OutputBatch> left = surplus.stream()
                .filter(receipt -> !retractable.contains(receipt))
                .toList();
        if (!left.isEmpty()) {
            plan.problem(refusal("the output " + name + " (" + output + ")", latest(left)));
        }
    }

    /** Rows that wait must be there, unless the sink got them just before they could be noted as published. */
    void checkRows(StreamOutput<?> output, FileStore store) {
        if (output.action() instanceof StreamOutput.ExactlyOnce<?> action
                && action.output() instanceof TransactionalOutput<?> sink) {
            contents.toPublish(output.name()).forEach((batch, parts) -> {
                String problem = RowFiles.problem(new CheckpointFiles(store, checkpointId), batch, parts);
                long before = batch.time().milliseconds() - 1;
                if (problem != null && !receipts(output.name(), sink, before).contains(batch)) {
                    plan.problem(problem);
                }
            });
        }
    }

    private static OutputBatch latest(List<OutputBatch> receipts) {
        return receipts.stream().max(Comparator.comparing(OutputBatch::time)).orElseThrow();
    }

    /** The receipts of an output after the last decided batch, or, if there are none, the last ones before. */
    private List<OutputBatch> newest(String name, Output<?> output) {
        List<OutputBatch> receipts = receipts(name, output, last);
        long back = interval;
        for (long after = last; receipts.isEmpty() && after >= 0; back *= FURTHER) {
            after = Math.max(-1, last - back);
            receipts = receipts(name, output, after);
        }
        return receipts;
    }

    private List<OutputBatch> receipts(String name, Output<?> output, long after) {
        boolean interrupted = Thread.interrupted();
        try {
            List<OutputBatch> receipts = calls.of(name, output, () -> output.receipts(name, new BatchTime(after)));
            Thread.interrupted(); // an output's own
            return receipts;
        } catch (CancelledException e) {
            throw e;
        } catch (Exception e) {
            throw new MillraceException(
                    "the output \"" + name + "\" (" + output + ") cannot say what it has published: " + e
                            + "; bring it back, and start again",
                    e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private boolean isAhead(OutputBatch receipt) {
        return receipt.time().milliseconds() > last;
    }

    /** Returns whether no option says what is to become of a published batch. */
    private boolean isUnsettled(OutputBatch receipt) {
        boolean isTakenBack =
                contents.toRetract().getOrDefault(receipt.time(), List.of()).contains(receipt.outputName());
        boolean isAccepted = receipt.time().milliseconds() <= accepted;
        return !isTakenBack && !isAccepted;
    }

    private boolean isKnown(OutputBatch receipt) {
        return known.knows(
                new CheckpointIdentity(receipt.checkpointId(), receipt.epoch(), receipt.runId()), checkpointId);
    }

    private String refusal(String output, OutputBatch published) {
        String decided = last < 0 ? "no batch of it is decided" : "its last decided batch is " + new BatchTime(last);
        String accept = "publish beside that with " + set(Options.ACCEPT_PUBLISHED, published);
        return isAhead(published)
                ? output + " has published batch " + published.time()
                        + ", and the checkpoint does not know of it: " + decided
                        + ". It is an older copy, or has lost what it decided last, and would publish again what it had published"
                        + " since. Start with the newest copy; or let the output take back what it has published since with "
                        + set(Options.RETRACT_PUBLISHED, published) + "; or " + accept
                        + ", so that readers may see records twice"
                : output + " has published batch " + published.time() + " by the run " + published.runId()
                        + " of this checkpoint, which is not in the past of this copy: " + decided
                        + ". Two copies of it were used. Go on with the other copy; or " + accept
                        + ", so that readers may see records twice";
    }

    private static String set(Option<?> option, OutputBatch published) {
        return "conf.set(\"" + option.key() + "\", \"" + published.time().milliseconds() + "\")";
    }
}
