/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import dev.millrace.spi.SourceContext;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/** Tells the log and listeners what is wrong with the brokers or the topics of a source. Of one thread, but for what says otherwise. */
final class BrokerTroubles {
    private static final System.Logger LOG = System.getLogger("dev.millrace.streaming.kafka");

    private final Subscription subscription;
    private final String brokers;
    private final SourceContext context;
    private Set<String> missing = Set.of();
    private long sinceNanos;
    private volatile @Nullable String current; // the trouble, a sentence without its end

    BrokerTroubles(Subscription subscription, Map<String, Object> settings, SourceContext context) {
        this.subscription = subscription;
        this.context = context;
        brokers = "the brokers at " + ClientSettings.servers(settings);
    }

    /** The question that the brokers did not answer last; null if they have. Any thread. */
    @Nullable
    String current() {
        return current;
    }

    /** They have not answered, and are asked again after a time. */
    void failed(Throwable cause, long againMillis) {
        if (current == null) {
            sinceNanos = System.nanoTime();
        }
        String found = what(cause);
        current = found;
        tell(
                context.operator() + ": " + found + "; asks again after " + againMillis
                        + " ms, and batches have nothing new meanwhile",
                cause);
    }

    private String what(Throwable cause) {
        if (cause instanceof MissingTopics gone) {
            return areNot(gone.named()) + " any more";
        }
        return cause instanceof UnknownTopicOrPartitionException
                ? "not all of " + subscription + " is at " + brokers + " any more"
                : brokers + " cannot be asked: " + BrokerErrors.text(cause);
    }

    private String areNot(String topics) {
        return topics + (topics.startsWith("topics ") ? " are" : " is") + " not at " + brokers;
    }

    /** They have answered, but know no topics of these names, whatever they said of others. */
    void answered(Set<String> unknown) {
        if (current != null) {
            long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - sinceNanos);
            current = null;
            info(brokers + " answer again, after " + seconds + " s");
        }
        if (unknown.equals(missing)) {
            return;
        }
        Set<String> gone = new TreeSet<>(unknown);
        gone.removeAll(missing);
        Set<String> back = new TreeSet<>(missing);
        back.removeAll(unknown);
        missing = Set.copyOf(unknown);
        if (!gone.isEmpty()) {
            tell(
                    context.operator() + ": " + areNot(Subscription.named(gone))
                            + " any more; the stream goes on with the others, and reads what is made anew under that name",
                    null);
        }
        if (!back.isEmpty()) {
            info(Subscription.named(back) + (back.size() == 1 ? " is" : " are") + " at " + brokers + " again");
        }
    }

    private void info(String what) {
        LOG.log(System.Logger.Level.INFO, context.operator() + ": " + what);
    }

    private void tell(String told, @Nullable Throwable cause) {
        LOG.log(System.Logger.Level.WARNING, told);
        context.problem(told, cause);
    }
}
