/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import dev.millrace.spi.SourceContext;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Tells a consumer group how far the program has come, for others to see. One commit is on its way at a time; what comes meanwhile goes
 * together with the next. Any thread.
 */
final class GroupOffsets {
    private static final System.Logger LOG = System.getLogger("dev.millrace.streaming.kafka");

    private final String group;
    private final Supplier<Admin> admin;
    private final SourceContext context;
    private Map<TopicPartition, OffsetAndMetadata> waiting = new HashMap<>();
    private boolean underWay;
    private int unanswered; // all commits
    private boolean refused; // the last one, so that each further one is not told again

    GroupOffsets(String group, Supplier<Admin> admin, SourceContext context) {
        this.group = group;
        this.admin = admin;
        this.context = context;
    }

    /** @param callback is told the answer, or null: then this commit may go together with a later one */
    void commit(Map<TopicPartition, OffsetAndMetadata> offsets, @Nullable OffsetCommitCallback callback) {
        if (callback != null) {
            send(Map.copyOf(offsets), callback);
            return;
        }
        synchronized (this) {
            waiting.putAll(offsets);
            if (underWay || waiting.isEmpty()) {
                return;
            }
            underWay = true;
        }
        sendWaiting();
    }

    private void sendWaiting() {
        Map<TopicPartition, OffsetAndMetadata> next;
        synchronized (this) {
            next = waiting;
            waiting = new HashMap<>();
        }
        send(next, (offsets, failure) -> {
            synchronized (this) {
                underWay = !waiting.isEmpty();
                if (!underWay) {
                    return;
                }
            }
            sendWaiting();
        });
    }

    private void send(Map<TopicPartition, OffsetAndMetadata> offsets, OffsetCommitCallback callback) {
        synchronized (this) {
            unanswered++;
        }
        try {
            admin.get()
                    .alterConsumerGroupOffsets(group, offsets)
                    .all()
                    .whenComplete((nothing, failure) ->
                            answered(offsets, callback, failure == null ? null : asException(failure)));
        } catch (RuntimeException e) { // it is closed
            answered(offsets, callback, e);
        }
    }

    @SuppressWarnings("NullAway") // the callback of the clients takes null, which their class does not say
    private void answered(
            Map<TopicPartition, OffsetAndMetadata> offsets,
            OffsetCommitCallback callback,
            @Nullable Exception failure) {
        told(failure);
        try {
            callback.onComplete(offsets, failure);
        } finally {
            synchronized (this) {
                unanswered--;
                notifyAll();
            }
        }
    }

    /** Returns when all commits are answered, or this time has passed. */
    synchronized void awaitAnswers(Duration atMost) {
        long until = System.nanoTime() + atMost.toNanos();
        try {
            for (long left = atMost.toMillis();
                    unanswered > 0 && left > 0;
                    left = (until - System.nanoTime()) / 1_000_000) {
                wait(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // somebody is in a hurry
        }
    }

    private static Exception asException(Throwable failure) {
        return failure instanceof Exception e ? e : new IllegalStateException(failure);
    }

    private void told(@Nullable Throwable failure) {
        synchronized (this) {
            boolean again = refused;
            refused = failure != null;
            if (failure == null || again) {
                return;
            }
        }
        String told = context.operator() + ": the group " + group + " did not take its offsets: "
                + BrokerErrors.text(Objects.requireNonNull(failure))
                + "; the program goes on, since it goes by its own positions, but others see an old one: look whether other"
                + " consumers have this group.id";
        LOG.log(System.Logger.Level.WARNING, told);
        context.problem(told, failure);
    }
}
