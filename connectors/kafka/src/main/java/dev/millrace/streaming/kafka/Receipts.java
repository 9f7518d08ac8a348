/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import dev.millrace.spi.OutputBatch;
import dev.millrace.streaming.BatchTime;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What the receipts' topic held when it was read: the last receipt of each key. */
final class Receipts {
    private final Map<String, Receipt> byKey = new TreeMap<>();

    /** Takes the next record of the topic. */
    void add(byte @Nullable [] key, byte @Nullable [] value) {
        Receipt receipt = Receipt.of(key, value);
        if (receipt != null && key != null) {
            byKey.put(new String(key, StandardCharsets.UTF_8), receipt);
        }
    }

    /** The receipts of a writer into a topic, by their numbers. */
    NavigableMap<Long, Receipt> of(UUID checkpoint, String topic, String output, int writer) {
        NavigableMap<Long, Receipt> receipts = new TreeMap<>();
        for (Receipt receipt : byKey.values()) {
            OutputBatch batch = receipt.part().batch();
            if (receipt.writer() == writer
                    && receipt.topic().equals(topic)
                    && batch.checkpointId().equals(checkpoint)
                    && batch.outputName().equals(output)) {
                receipts.put(receipt.number(), receipt);
            }
        }
        return receipts;
    }

    /** The batches of an output of which readers of a topic see rows, of whichever checkpoint, once each. */
    List<OutputBatch> seen(String topic, String output, BatchTime after) {
        return byKey.values().stream()
                .filter(receipt -> receipt.isSeen() && receipt.topic().equals(topic))
                .map(receipt -> receipt.part().batch())
                .filter(batch ->
                        batch.outputName().equals(output) && batch.time().isAfter(after))
                .distinct()
                .toList();
    }
}
