/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import dev.millrace.error.MillraceException;

/**
 * Where an output has its receipts, as a checkpoint keeps it.
 *
 * @param receipts the id of the receipts' topic
 * @param losses how often their loss was accepted since that topic was made
 * @param writers the number of those that have receipts there
 * @param target the id of the topic of the rows
 * @param receiptsTopic the name of the receipts' topic
 * @param targetTopic the name of the topic of the rows
 */
record ReceiptPlace(String receipts, int losses, int writers, String target, String receiptsTopic, String targetTopic) {
    private static final int FIELDS = 6;

    static ReceiptPlace parse(String text) {
        String[] fields = text.split(" ");
        if (fields.length != FIELDS) {
            throw new MillraceException("the checkpoint says of an output that its receipts are in \"" + text
                    + "\", which is no place of Kafka; give the output another name, or bring the old output back");
        }
        return new ReceiptPlace(
                fields[0], Integer.parseInt(fields[1]), Integer.parseInt(fields[2]), fields[3], fields[4], fields[5]);
    }

    @Override
    public String toString() {
        return receipts + " " + losses + " " + writers + " " + target + " " + receiptsTopic + " " + targetTopic;
    }

    /** The name by which a program accepts that the receipts there are lost; another one after that. */
    String name() {
        return losses == 0 ? receipts : receipts + "#" + losses;
    }
}
