/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import dev.millrace.error.MillraceException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** The topic of receipts: what it is, and what is in it. Asks brokers; each call opens and closes its own clients. */
final class ReceiptTopic {
    private static final System.Logger LOG = System.getLogger("dev.millrace.streaming.output");
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration MOMENT = Duration.ofSeconds(1);
    private static final int ATTEMPTS = 20;
    private static final long PAUSE_MS = 100;
    private static final Map<String, String> SETTINGS = Map.of(
            TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT,
            TopicConfig.SEGMENT_BYTES_CONFIG, "4194304", // so that it is compacted soon, and read at once
            TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG, "0.1");

    private final OutputSettings settings;
    private final TopicPartition partition;

    ReceiptTopic(OutputSettings settings) {
        this.settings = settings;
        partition = new TopicPartition(settings.receipts(), 0);
    }

    /** Something that is asked with a client. */
    interface Question<T> {
        T ask(Admin admin) throws Exception;
    }

    /** Asks with a client of its own, which does not wait for answers any more when that has ended. */
    <T> T ask(Question<T> question) throws Exception {
        Admin admin = Admin.create(settings.admin());
        try {
            return question.ask(admin);
        } finally {
            admin.close(Duration.ZERO);
        }
    }

    /** The id of the topic; empty if it is not there. */
    Optional<String> id(Admin admin) throws Exception {
        TopicDescription description = description(admin, settings.receipts());
        return description == null
                ? Optional.empty()
                : Optional.of(description.topicId().toString());
    }

    private static @Nullable TopicDescription description(Admin admin, String topic) throws Exception {
        try {
            return answer(admin.describeTopics(List.of(topic)).allTopicNames()).get(topic);
        } catch (UnknownTopicOrPartitionException e) {
            return null;
        }
    }

    /** Returns the id of a topic that should be there; empty if it is not. */
    static Optional<String> idOf(Admin admin, String topic) throws Exception {
        for (int attempt = 1; ; attempt++) {
            TopicDescription description = description(admin, topic);
            if (description != null) {
                return Optional.of(description.topicId().toString());
            } else if (attempt == ATTEMPTS) {
                return Optional.empty();
            }
            Thread.sleep(PAUSE_MS);
        }
    }

    /** Asks again for a moment while a broker does not know a topic: one that was just made is not known everywhere. */
    private static <T> T patiently(Callable<T> question) throws Exception {
        for (int attempt = 1; ; attempt++) {
            try {
                return question.call();
            } catch (UnknownTopicOrPartitionException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
            Thread.sleep(PAUSE_MS);
        }
    }

    /** Returns what a topic has for a setting; null if this client may not ask. */
    static @Nullable String setting(Admin admin, String topic, String setting) throws Exception {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        try {
            Config config = patiently(() ->
                            answer(admin.describeConfigs(List.of(resource)).all()))
                    .get(resource);
            ConfigEntry entry = config == null ? null : config.get(setting);
            return entry == null ? null : entry.value();
        } catch (AuthorizationException e) {
            return null;
        }
    }

    /** Makes it, unless somebody else just has, and returns its id. */
    String create(Admin admin) throws Exception {
        try {
            NewTopic topic = new NewTopic(settings.receipts(), Optional.of(1), Optional.empty()).configs(SETTINGS);
            answer(admin.createTopics(List.of(topic)).all());
        } catch (TopicExistsException e) {
            LOG.log(System.Logger.Level.DEBUG, "somebody else has made the topic just now", e);
        }
        return idOf(admin, settings.receipts()).orElseThrow();
    }

    /** @throws MillraceException if it loses receipts */
    void mustKeep(Admin admin) throws Exception {
        String policy = setting(admin, settings.receipts(), TopicConfig.CLEANUP_POLICY_CONFIG);
        if (policy != null && !policy.equals(TopicConfig.CLEANUP_POLICY_COMPACT)) {
            throw new MillraceException("the topic " + settings.receipts() + " of receipts has cleanup.policy="
                    + policy + ", so receipts get lost, and batches would be published again; set it to "
                    + TopicConfig.CLEANUP_POLICY_COMPACT + ", or name another topic with receipts(...)");
        }
    }

    /**
     * Returns what is committed and can be read now, with what becomes readable within a moment, because a commit is answered before that; empty
     * if there is no such topic.
     */
    Receipts readWhatIsThere() throws Exception {
        return ask(admin -> id(admin).isEmpty() ? new Receipts() : read(admin, MOMENT));
    }

    /** Reads what is there for nobody: who asks soon finds all classes loaded, and is told of what goes wrong. */
    void tryToRead() {
        try {
            readWhatIsThere();
        } catch (Exception e) {
            LOG.log(System.Logger.Level.DEBUG, "the receipts could not be read in advance", e);
        }
    }

    /**
     * Returns all receipts of transactions that had ended when this was called. A reader of committed records stops at the first transaction
     * that is open, so this waits until there is none before the end of the topic.
     */
    Receipts readStable() throws Exception {
        return ask(admin -> read(admin, null));
    }

    /** @param moment how long to wait for open transactions, or null to wait until they have ended */
    private Receipts read(Admin admin, @Nullable Duration moment) throws Exception {
        var all = new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED);
        long end = patiently(() -> answer(admin.listOffsets(Map.of(partition, OffsetSpec.latest()), all)
                        .partitionResult(partition)))
                .offset();
        KafkaConsumer<byte[], byte[]> consumer = consumer();
        try {
            Long readable = consumer.endOffsets(List.of(partition)).get(partition);
            return readUntil(consumer, end, moment, readable == null ? 0 : readable);
        } finally {
            close(consumer);
        }
    }

    private static void close(KafkaConsumer<byte[], byte[]> consumer) {
        try {
            consumer.close(CloseOptions.timeout(Duration.ZERO));
        } catch (InterruptException e) {
            Thread.currentThread().interrupt(); // it is closed all the same
        }
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        return new KafkaConsumer<>(settings.consumer(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private Receipts readUntil(
            KafkaConsumer<byte[], byte[]> consumer, long end, @Nullable Duration moment, long readable) {
        Receipts receipts = new Receipts();
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
        long since = System.nanoTime();
        while (consumer.position(partition) < end) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                receipts.add(record.key(), record.value());
            }
            long nanos = System.nanoTime() - since;
            if (moment != null && nanos > moment.toNanos() && consumer.position(partition) >= readable) {
                return receipts;
            }
            if (nanos > settings.patience().toNanos()) {
                throw new MillraceException(String.format(
                        Locale.ROOT,
                        "the receipts in the topic %s can be read up to the offset %,d of %,d only, for %,d s: a transaction of"
                                + " somebody else is open there, or the broker does not answer; end that transaction"
                                + " (kafka-transactions.sh find-hanging), then start again",
                        settings.receipts(),
                        consumer.position(partition),
                        end,
                        settings.patience().toSeconds()));
            }
        }
        return receipts;
    }

    static <T> T answer(KafkaFuture<T> future) throws Exception {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }
}
