/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.conf;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The original's keys for streaming. Each is understood as an option of ours, or accepted with a warning that says why it has no effect, or
 * refused with the change to make: a key that is passed over in silence is found out in production only.
 */
public final class SparkKeys {
    static final String PREFIX = "spark.streaming.";
    private static final String OURS = "millrace.";

    /** The options that are called otherwise there. */
    private static final Map<String, String> RENAMED = Map.of(
            "spark.master",
            "millrace.master",
            "spark.app.name",
            "millrace.app.name",
            PREFIX + "stopSparkContextByDefault",
            "millrace.streaming.stopMillraceContextByDefault");

    private static final String NO_CLUSTER =
            "tasks take the processors of this process; on a cluster use Spark's own spark.dynamicAllocation.* keys";
    private static final String GROUPED = "writes that come together are always made durable together; remove it";
    private static final String ALWAYS_TRIED_AGAIN =
            "a store that the log could not take is refused, and the receiver starts again; remove it";

    /** The keys that change nothing of what a program does, and why. */
    private static final Map<String, String> WITHOUT_EFFECT = new LinkedHashMap<>();

    private static final Map<String, String> REFUSED = new LinkedHashMap<>();

    static {
        for (String size : List.of("initialCapacity", "loadFactor")) {
            WITHOUT_EFFECT.put(
                    PREFIX + "kafka.consumer.cache." + size,
                    "the table of kept consumers grows by itself, up to millrace.streaming.kafka.consumer.cache.maxCapacity");
        }
        refuse("there is one estimator, pid; remove it", "backpressure.rateEstimator");
        refuse(
                "the blocks that may wait are bounded by bytes; set millrace.streaming.receiver.maxPendingBytes",
                "blockQueueSize");
        refuse(
                "a store waits until its block is durable, however long that takes; remove it",
                "receiver.blockStoreTimeout");
        refuse(
                "logs are written through a file store; implement dev.millrace.spi.FileStoreProvider and give checkpoint(...) a"
                        + " path of its scheme",
                "receiver.writeAheadLog.class",
                "driver.writeAheadLog.class");
        refuse(
                "the log goes on in a new file by size; set millrace.streaming.receiver.writeAheadLog.segmentBytes",
                "receiver.writeAheadLog.rollingIntervalSecs");
        refuse(
                "the journal goes on in a new file by size; set millrace.streaming.checkpoint.snapshotBytes",
                "driver.writeAheadLog.rollingIntervalSecs");
        refuse(ALWAYS_TRIED_AGAIN, "receiver.writeAheadLog.maxFailures");
        refuse(
                "a batch whose plan or decision could not be written fails, and runs again at the next start; remove it",
                "driver.writeAheadLog.maxFailures");
        refuse(
                "a file store that cannot append gets an object for each write by itself; remove it",
                "receiver.writeAheadLog.closeFileAfterWrite",
                "driver.writeAheadLog.closeFileAfterWrite");
        refuse(GROUPED, "driver.writeAheadLog.allowBatching", "driver.writeAheadLog.batchingTimeout");
        refuse("data of a batch is dropped as soon as no later batch reads it; remove it", "unpersist");
        refuse(
                "a file is read once, however old it is; remove it, or set"
                        + " millrace.streaming.fileStream.rememberTime, how long a path must be gone before it is new again",
                "fileStream.minRememberDuration",
                "minRememberDuration");
        refuse(
                "mapWithState keeps one table, without a chain to compact; remove it",
                "sessionByKey.deltaChainThreshold");
        refuse("there is no page that keeps batches; remove it, and add a StreamingListener", "ui.retainedBatches");
        refuse(
                "a test runs batches in virtual time by runBatches(n) or the StreamTestDriver of the test kit; remove it",
                "clock",
                "manualClock.jump");
        refuse(
                NO_CLUSTER,
                "dynamicAllocation.enabled",
                "dynamicAllocation.testing",
                "dynamicAllocation.minExecutors",
                "dynamicAllocation.maxExecutors",
                "dynamicAllocation.scalingInterval",
                "dynamicAllocation.scalingUpRatio",
                "dynamicAllocation.scalingDownRatio");
        refuse("topics with gaps between their offsets are always read; remove it", "kafka.allowNonConsecutiveOffsets");
        refuse(
                "there is no connector for Kinesis; remove it, and read Kinesis by a receiver or Source of your own",
                "kinesis.retry.waitTime",
                "kinesis.retry.maxAttempts");
        refuse(
                "the batch and its output are in OutputBatch and TaskContext; remove it",
                "internal.batchTime",
                "internal.outputOpId");
    }

    private SparkKeys() {}

    private static void refuse(String advice, String... keys) {
        for (String key : keys) {
            REFUSED.put(PREFIX + key, advice);
        }
    }

    /** The spelling of an option's key in the original; the key itself if the original has nothing like it. */
    static String spelling(String option) {
        for (Map.Entry<String, String> renamed : RENAMED.entrySet()) {
            if (renamed.getValue().equals(option)) {
                return renamed.getKey();
            }
        }
        return option.startsWith(OURS + "streaming.") ? "spark" + option.substring("millrace".length()) : option;
    }

    /** The key under which this library keeps what is written under {@code key}, in whichever spelling. */
    public static String ours(String key) {
        String renamed = RENAMED.get(key);
        if (renamed != null) {
            return renamed;
        }
        return key.startsWith(PREFIX) ? "millrace" + key.substring("spark".length()) : key;
    }

    /** Why a key changes nothing; empty if it is no such key. */
    static Optional<String> noEffect(String key) {
        return Optional.ofNullable(WITHOUT_EFFECT.get(key));
    }

    /** The keys that change nothing, with the reason, for the documentation. */
    static Map<String, String> withoutEffect() {
        return WITHOUT_EFFECT;
    }

    /** The change to make to a key that is refused. */
    static Optional<String> refusal(String key) {
        return Optional.ofNullable(REFUSED.get(key));
    }

    /** The keys that are refused, with the change to make, for the documentation. */
    static Map<String, String> refused() {
        return REFUSED;
    }

    /** All keys that may be meant by another one. */
    static List<String> known() {
        List<String> known = new ArrayList<>(REFUSED.keySet());
        known.addAll(WITHOUT_EFFECT.keySet());
        Options.all().stream()
                .map(Option::key)
                .filter(key -> !spelling(key).equals(key))
                .map(SparkKeys::spelling)
                .forEach(known::add);
        return known;
    }
}
