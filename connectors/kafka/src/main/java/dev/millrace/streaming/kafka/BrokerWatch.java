/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import dev.millrace.error.MillraceException;
import dev.millrace.error.RefusedException;
import dev.millrace.spi.SourceContext;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * Asks the brokers, on a thread of its own, so that nobody else waits for them: which partitions there are, where they end, and, for those
 * that nobody has read yet, where to begin. What it was told last is {@link #seen()}. When the brokers do not answer it asks again, less and
 * less often, and says so.
 */
final class BrokerWatch implements AutoCloseable {
    private static final long DESCRIBE_NANOS =
            TimeUnit.MILLISECONDS.toNanos(900); // each second, with the other question
    private static final long MISSING_NANOS =
            TimeUnit.SECONDS.toNanos(2); // a topic that was just made is not known everywhere
    private static final long FIRST_BACK_OFF_MS = 100;
    private static final long MOST_BACK_OFF_MS = 10_000;

    private final Subscription subscription;
    private final Map<String, Object> settings;
    private final SourceContext context;
    private final Beginnings beginnings;
    private final Set<String> knownTopics; // that were read before this run, or were there when it began
    private final Map<TopicPartition, Start> starts = new HashMap<>();
    private final BrokerTroubles troubles;
    private final Duration patience;
    private final AskingTimes times;
    private final Thread thread;

    private @Nullable Topics topics; // what was described last; of the thread
    private @Nullable Admin admin;
    private volatile Seen seen = Seen.NOTHING;
    private @Nullable RuntimeException fatal;
    private boolean started;
    private boolean closed;
    private boolean hurried;

    /** @param knownTopics of which a partition was read before, so that another one is read from its beginning */
    BrokerWatch(
            Subscription subscription,
            Map<String, Object> settings,
            ConsumerStrategy.Beginning beginning,
            Set<String> knownTopics,
            SourceContext context) {
        this.subscription = subscription;
        this.settings = settings;
        this.context = context;
        this.knownTopics = new HashSet<>(knownTopics);
        beginnings = new Beginnings(
                settings,
                beginning,
                context.operator(),
                which -> partitions -> Topics.offsets(admin(), settings, partitions, which));
        troubles = new BrokerTroubles(subscription, settings, context);
        patience = context.duration(Reading.PATIENCE);
        times = new AskingTimes(context.batchInterval());
        thread = new Thread(this::run, "millrace-kafka-" + context.name());
        thread.setDaemon(true);
    }

    /** The last answer of the brokers, for a batch that is planned now. Driver loop. */
    Seen seenForABatch() {
        times.planned(System.nanoTime());
        return seen();
    }

    /** What the brokers said last; nothing before their first answer. Any thread. */
    Seen seen() {
        RuntimeException failure = failure();
        if (failure != null) {
            throw failure;
        }
        return seen;
    }

    private synchronized @Nullable RuntimeException failure() {
        return fatal;
    }

    synchronized void start() {
        if (!started && !closed) {
            started = true;
            thread.start();
        }
    }

    /** Returns whether the brokers have answered by then. */
    boolean awaitFirst(Duration atMost) throws InterruptedException {
        return await(1, atMost, false);
    }

    /**
     * Has everything asked anew, and waits for the answers; returns early when this is closed.
     *
     * @throws MillraceException if they do not come
     */
    void refresh() throws InterruptedException {
        long next;
        synchronized (this) {
            next = seen.round() + 2; // what is being asked now was asked before
            hurried = true;
            notifyAll();
        }
        if (!await(next, patience, true)) {
            String trouble = troubles.current();
            throw new MillraceException(context.operator() + ": "
                    + (trouble == null
                            ? "the brokers at " + ClientSettings.servers(settings) + " do not answer"
                            : trouble)
                    + "; runBatches and runAvailable wait " + patience.toMillis()
                    + " ms for that: bring back what is missing, or raise " + Reading.PATIENCE);
        }
    }

    private boolean await(long round, Duration atMost, boolean inAHurry) throws InterruptedException {
        start();
        long until = System.nanoTime() + atMost.toNanos();
        synchronized (this) {
            while (seen.round() < round && fatal == null && !closed) {
                hurried |= inAHurry;
                notifyAll();
                long left = (until - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    return false;
                }
                wait(left);
            }
        }
        seen(); // throws what is fatal
        return true;
    }

    /** The client, which others may use too. */
    synchronized Admin admin() {
        if (closed) {
            throw new IllegalStateException(context.operator() + " is closed");
        }
        if (admin == null) {
            admin = Admin.create(ClientSettings.admin(settings));
        }
        return admin;
    }

    // ---- the thread ----

    private void run() {
        long backOff = FIRST_BACK_OFF_MS;
        try {
            while (!isClosed()) {
                try {
                    long asked = System.nanoTime();
                    Seen now = look();
                    times.answered(asked, System.nanoTime());
                    troubles.answered(Objects.requireNonNull(topics).missing());
                    publish(now);
                    backOff = FIRST_BACK_OFF_MS;
                    awaitNext();
                } catch (ExecutionException e) {
                    if (isClosed()) {
                        return; // and the client with it
                    }
                    Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
                    RefusedException refusal = BrokerErrors.refusal(context.operator(), settings, cause);
                    if (refusal != null) {
                        throw refusal;
                    }
                    troubles.failed(cause, backOff);
                    slowDown();
                    pause(backOff);
                    backOff = Math.min(MOST_BACK_OFF_MS, backOff * 2);
                }
            }
        } catch (InterruptedException e) {
            // it is closed
        } catch (RuntimeException e) {
            fail(e instanceof KafkaException ? BrokerErrors.unusable(context.operator(), settings, e) : e);
        }
    }

    /** Looks at the times again when the pause has ended: a batch may have been planned meanwhile. */
    private void awaitNext() throws InterruptedException {
        long left;
        while ((left = times.untilNext(System.nanoTime())) > 0 && !isHurried() && !isClosed()) {
            pauseNanos(left);
        }
    }

    private Seen look() throws ExecutionException, InterruptedException {
        Topics known = topics;
        long now = System.nanoTime();
        if (known == null || now - known.atNanos() > DESCRIBE_NANOS || isHurried()) {
            known = describe(now);
            topics = known;
        }
        Map<TopicPartition, Topics.End> ends =
                Topics.ends(admin(), settings, known.partitions().keySet());
        choose(known);
        NavigableMap<TopicPartition, Seen.Partition> partitions = Seen.none();
        Seen before = seen;
        for (Map.Entry<TopicPartition, Topics.Described> each :
                known.partitions().entrySet()) {
            Topics.End end = ends.get(each.getKey());
            if (end != null) {
                Topics.Described described = each.getValue();
                partitions.put(
                        each.getKey(),
                        new Seen.Partition(
                                described.topicId(),
                                described.begin(),
                                end.offset(),
                                end.epoch(),
                                starts.getOrDefault(each.getKey(), Start.found(0)),
                                described.leader()));
            }
        }
        before.partitions().forEach(partitions::putIfAbsent); // some have no leader just now, or are gone
        return new Seen(before.round() + 1, partitions);
    }

    private Topics describe(long now) throws ExecutionException, InterruptedException {
        while (true) {
            try {
                Topics described = Topics.describe(admin(), settings, subscription, now, seen.round() == 0);
                Set<TopicPartition> missing =
                        subscription.missing(described.partitions().keySet());
                if (!missing.isEmpty() && seen.round() == 0) {
                    throw new RefusedException(context.operator() + ": "
                            + missing.stream().map(PlannedRange::name).sorted().collect(Collectors.joining(", "))
                            + " cannot be found at " + ClientSettings.servers(settings)
                            + "; correct the number, or add partitions before the program starts");
                }
                return described;
            } catch (ExecutionException e) {
                boolean isMissing = e.getCause() instanceof UnknownTopicOrPartitionException;
                if (isMissing && seen.round() == 0 && System.nanoTime() - now > MISSING_NANOS) {
                    String missing =
                            e.getCause() instanceof MissingTopics gone ? gone.named() : "not all of " + subscription;
                    throw new RefusedException(context.operator() + ": " + missing + " cannot be found at "
                            + ClientSettings.servers(settings)
                            + "; correct the name, or make the topic before the program starts");
                }
                if (!isMissing || seen.round() > 0) {
                    throw e;
                }
                pause(FIRST_BACK_OFF_MS);
            }
        }
    }

    /** Partitions that come later are read from their beginning: what came before anybody saw them is not to be missed. */
    private void choose(Topics known) throws ExecutionException, InterruptedException {
        List<TopicPartition> open = known.partitions().keySet().stream()
                .filter(partition -> !starts.containsKey(partition))
                .toList();
        List<TopicPartition> atStart = seen.round() > 0
                ? List.of()
                : open.stream()
                        .filter(partition -> !knownTopics.contains(partition.topic()))
                        .toList();
        if (seen.round() == 0 && knownTopics.isEmpty()) {
            beginnings.mustBeRead(known.partitions().keySet());
        }
        if (!atStart.isEmpty()) {
            starts.putAll(beginnings.choose(admin(), atStart));
        }
        for (TopicPartition partition : open) {
            Topics.Described described = known.partitions().get(partition);
            if (described != null) {
                starts.putIfAbsent(partition, Start.found(described.begin()));
            }
        }
    }

    private synchronized void publish(Seen now) {
        seen = now;
        hurried = false;
        notifyAll();
    }

    /** After a failure the pause holds also if somebody waits, who is then told of what is asked anew. */
    private synchronized void slowDown() {
        hurried = false;
        topics = null;
    }

    private synchronized void fail(RuntimeException e) {
        fatal = e;
        notifyAll();
    }

    private void pause(long millis) throws InterruptedException {
        pauseNanos(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    private synchronized void pauseNanos(long nanos) throws InterruptedException {
        long until = System.nanoTime() + nanos;
        for (long left = nanos; left > 0 && !closed && !hurried; left = until - System.nanoTime()) {
            wait((left + 999_999) / 1_000_000); // not too early: that would be once more
        }
    }

    /** Returns whether the brokers did not answer the last time. */
    boolean isInTrouble() {
        return troubles.current() != null;
    }

    private synchronized boolean isHurried() {
        return hurried;
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        Admin open;
        synchronized (this) {
            closed = true;
            open = admin;
            notifyAll();
        }
        thread.interrupt();
        if (open != null) {
            open.close(Duration.ZERO);
        }
    }
}
