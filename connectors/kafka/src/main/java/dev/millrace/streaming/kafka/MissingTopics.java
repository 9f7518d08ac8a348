/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import java.util.Collection;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Topics that a stream reads are not at the brokers. */
final class MissingTopics extends UnknownTopicOrPartitionException {
    private static final long serialVersionUID = 1;

    private final String named;

    MissingTopics(Collection<String> names) {
        super("not there: " + names);
        named = Subscription.named(names);
    }

    /** The topics for messages. */
    String named() {
        return named;
    }
}
