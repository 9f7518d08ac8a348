/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import dev.millrace.error.MillraceException;
import dev.millrace.spi.OutputBatch;
import dev.millrace.spi.OutputPart;
import dev.millrace.spi.OutputRun;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.jspecify.annotations.Nullable;

/** The writers of an output in one run. Opening them ends what earlier runs had in hand, and finds receipts that are lost. */
final class KafkaWriters implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("dev.millrace.streaming.output");
    private static final short SAFE_TRANSACTIONS = 2; // of transaction.version: KIP-890

    private final OutputSettings settings;
    private final OutputRun run;
    private final Instruments instruments;
    private final ReceiptTopic topic;
    private final Map<Integer, PartWriter> writers = new ConcurrentSkipListMap<>();
    private @Nullable ReceiptPlace place;
    private long mostRecordBytes;
    private String limit = "max.request.size of the output";

    KafkaWriters(OutputSettings settings, OutputRun run, Instruments instruments) {
        this.settings = settings;
        this.run = run;
        this.instruments = instruments;
        topic = new ReceiptTopic(settings);
    }

    /**
     * Returns if a run may open the object that has these writers.
     *
     * @throws MillraceException if they are of another output of that run, or of another program that runs, whose rows would be taken for those
     *     of this one
     */
    void mustNotBeOf(OutputRun other, KafkaOutput<?, ?> output) {
        if (!run.checkpointId().equals(other.checkpointId())) {
            throw new MillraceException("the output \"" + other.outputName() + "\" (" + output
                    + ") is one object with an output of another program that runs in this process, and each needs one of its"
                    + " own: call Kafka.to(...) for each");
        }
        if (run.runId().equals(other.runId()) && !run.outputName().equals(other.outputName())) {
            throw new MillraceException("the outputs \"" + run.outputName() + "\" and \"" + other.outputName()
                    + "\" are one object (" + output + "), and each needs one of its own: call Kafka.to(...) for each");
        }
    }

    /**
     * Opens them; if that throws, they are to be closed.
     *
     * @return the receipts as they are once nobody else has anything in hand
     */
    Receipts open() throws Exception {
        return new AskingAgain(settings, instruments).ask(run.outputName(), this::fenceAndBegin);
    }

    /** May be done again if it has failed. */
    private Receipts fenceAndBegin() throws Exception {
        settings.checked();
        ReceiptPlace before = run.place().map(ReceiptPlace::parse).orElse(null);
        boolean accepted = before != null && before.name().equals(settings.lost());
        int known = before == null || accepted ? 0 : before.writers();
        if (before != null && accepted) {
            tellOfLoss(before);
        } else if (before != null && !isTarget(before)) {
            throw moved(before);
        }
        topic.ask(admin -> fence(admin, before, accepted, known));
        return begin(known, before);
    }

    /** Ends what earlier runs have in hand. */
    private ReceiptPlace fence(Admin admin, @Nullable ReceiptPlace before, boolean accepted, int known)
            throws Exception {
        tellOfOldBrokers(admin);
        String target = target(admin, before);
        String id = receipts(admin, accepted ? null : before);
        topic.mustKeep(admin);
        int losses = before == null || !before.receipts().equals(id) ? 0 : before.losses() + (accepted ? 1 : 0);
        int former = before == null ? 0 : before.writers();
        int begun = accepted ? Math.max(former, settings.writers()) : settings.writers(); // the last batch may need all
        ReceiptPlace now =
                new ReceiptPlace(id, losses, Math.max(known, begun), target, settings.receipts(), settings.topic());
        place = now;
        for (int i = 0; i < begun; i++) {
            writer(i).fence();
        }
        fenceFormer(admin, begun, former);
        return now;
    }

    /** Reads receipts once, behind the fencing of all writers, and has those begin that never wrote. */
    private Receipts begin(int known, @Nullable ReceiptPlace before) throws Exception {
        Receipts all = topic.readStable();
        for (Map.Entry<Integer, PartWriter> entry : writers.entrySet()) {
            PartWriter writer = entry.getValue();
            writer.learn(all);
            if (!writer.hasReceipts()) {
                if (entry.getKey() < known && before != null) {
                    throw lost(before, "has none of writer " + entry.getKey() + " any more");
                }
                writer.begin(); // which readers do not see
            }
        }
        return all;
    }

    /** Writers of a run that had more of them: what they have in hand must not become visible later. */
    private void fenceFormer(Admin admin, int begun, int former) throws Exception {
        if (former > begun) {
            run.checkOwner();
            List<String> ids = IntStream.range(begun, former)
                    .mapToObj(i -> PartWriter.id(settings, run, i))
                    .toList();
            ReceiptTopic.answer(admin.fenceProducers(ids).all());
        }
    }

    private String target(Admin admin, @Nullable ReceiptPlace before) throws Exception {
        String id = ReceiptTopic.idOf(admin, settings.topic())
                .orElseThrow(() -> new MillraceException("the brokers at " + settings.servers() + " have no topic "
                        + settings.topic() + "; make it: kafka-topics.sh --create --topic " + settings.topic()
                        + " --partitions N"));
        if (before != null && isTarget(before) && !before.target().equals(id)) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the topic " + settings.topic() + " was made anew since the last start of the output \""
                            + run.outputName() + "\": what it had published there is gone, and is not published again");
        }
        mostRecordBytes = settings.mostRequestBytes();
        String most = ReceiptTopic.setting(admin, settings.topic(), TopicConfig.MAX_MESSAGE_BYTES_CONFIG);
        if (most != null && !settings.compresses() && Long.parseLong(most) < mostRecordBytes) {
            mostRecordBytes = Long.parseLong(most);
            limit = "max.message.bytes of the topic";
        }
        return id;
    }

    /** Returns the id of the receipts' topic, which is made if there never was one. */
    private String receipts(Admin admin, @Nullable ReceiptPlace before) throws Exception {
        String id = topic.id(admin).orElse(null);
        if (before != null && !before.receipts().equals(id)) {
            throw lost(before, id == null ? "is gone" : "is another one, with the id " + id);
        }
        return id == null ? topic.create(admin) : id;
    }

    private boolean isTarget(ReceiptPlace before) {
        return before.targetTopic().equals(settings.topic());
    }

    private void tellOfLoss(ReceiptPlace before) {
        String found = isTarget(before)
                ? "goes on without the receipts that were in the topic " + before.receiptsTopic()
                : "has written to the topic " + before.targetTopic() + ", and writes to " + settings.topic() + " now";
        LOG.log(
                System.Logger.Level.WARNING,
                "the output \"" + run.outputName() + "\" " + found + ", as acceptLostReceipts(\"" + settings.lost()
                        + "\") says; "
                        + (isTarget(before)
                                ? "readers may see the last batch twice"
                                : "the last batch may be in both"));
    }

    private MillraceException moved(ReceiptPlace before) {
        return new MillraceException("the output \"" + run.outputName() + "\" has written to the topic "
                + before.targetTopic() + " until now, and is to write to " + settings.topic()
                + ", where it has no receipts, so the last decided batch may be in both. If that is meant, as in a copy of"
                + " the checkpoint, say acceptLostReceipts(\"" + before.name() + "\"); if not, let the output write to "
                + before.targetTopic());
    }

    private MillraceException lost(ReceiptPlace before, String how) {
        String found = before.receiptsTopic().equals(settings.receipts())
                ? "which " + how
                : "and the program names " + settings.receipts();
        return new MillraceException(
                "the receipts of the output \"" + run.outputName() + "\" are lost: they were in the topic "
                        + before.receiptsTopic() + " with the id " + before.receipts() + ", " + found
                        + ". Nobody knows whether the last decided batch is in the topic " + settings.topic()
                        + ": its records there have a header " + PartWriter.HEADER
                        + " with checkpoint, batch, part and output. Bring the receipts back; or go on without them with"
                        + " acceptLostReceipts(\"" + before.name() + "\"), so that readers may see that batch twice");
    }

    private void tellOfOldBrokers(Admin admin) throws Exception {
        short version = 0;
        try {
            var feature = ReceiptTopic.answer(admin.describeFeatures().featureMetadata())
                    .finalizedFeatures()
                    .get("transaction.version");
            version = feature == null ? 0 : feature.maxVersionLevel();
        } catch (UnsupportedVersionException e) {
            LOG.log(System.Logger.Level.DEBUG, "the brokers do not tell their features", e);
        }
        if (version < SAFE_TRANSACTIONS) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the brokers at " + settings.servers() + " have transaction.version " + version
                            + ", so the output \"" + run.outputName()
                            + "\" cannot promise exactly once: a request that is late may become part of a later transaction."
                            + " Upgrade them to 4.0 or later, and then the feature: kafka-features.sh upgrade --feature"
                            + " transaction.version=" + SAFE_TRANSACTIONS);
        }
    }

    /** Also of a batch that was begun by a run with more writers. */
    private PartWriter writer(int number) {
        return writers.computeIfAbsent(number, i -> new PartWriter(settings, run, i, topic, instruments));
    }

    boolean isPublished(OutputPart part) throws Exception {
        return writer(part.number()).isPublished(part);
    }

    void write(OutputPart part, Iterable<byte[]> rows) throws Exception {
        writer(part.number()).write(part, rows);
    }

    void takeBack(OutputBatch batch) throws Exception {
        for (int i = 0; i < place().writers(); i++) {
            writer(i).takeBack(batch);
        }
    }

    Receipts readStable() throws Exception {
        return topic.readStable();
    }

    ReceiptPlace place() {
        ReceiptPlace current = place;
        if (current == null) {
            throw new IllegalStateException("the output \"" + run.outputName() + "\" is not open");
        }
        return current;
    }

    long mostRecordBytes() {
        return mostRecordBytes;
    }

    /** Where {@link #mostRecordBytes} comes from. */
    String limit() {
        return limit;
    }

    @Override
    public void close() {
        writers.values().forEach(PartWriter::close);
    }
}
