/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import dev.millrace.error.MillraceException;
import dev.millrace.spi.OutputBatch;
import dev.millrace.spi.OutputPart;
import dev.millrace.spi.OutputRun;
import dev.millrace.streaming.BatchTime;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/**
 * One writer of an output: a producer with a transactional id, and the receipts of what it has written. The order is always: end what is
 * in doubt, read receipts, write. When anything fails the producer is let go, and it begins again with the first. One thread at a
 * time.
 */
final class PartWriter implements AutoCloseable {
    static final String ID_PREFIX = "millrace/";
    static final String HEADER = "millrace";
    private static final System.Logger LOG = System.getLogger("dev.millrace.streaming.output");
    private static final Duration CLOSE = Duration.ofSeconds(1);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    private static final int ROWS_A_LOOK = 1024; // at the clock
    private static final BatchTime NO_BATCH = new BatchTime(-1);

    private final OutputSettings settings;
    private final OutputRun run;
    private final int number;
    private final ReceiptTopic topic;
    private final Instruments instruments;
    private final NavigableMap<Long, Receipt> receipts = new TreeMap<>();
    private @Nullable Producer<byte[], byte[]> producer; // null while the end of its last transaction is not known
    private volatile @Nullable Exception sendFailure;
    private boolean inTransaction;
    private long transactionBegan;

    PartWriter(OutputSettings settings, OutputRun run, int number, ReceiptTopic topic, Instruments instruments) {
        this.settings = settings;
        this.run = run;
        this.number = number;
        this.topic = topic;
        this.instruments = instruments;
    }

    /** The transactional id of a writer. */
    static String id(OutputSettings settings, OutputRun run, int number) {
        return ID_PREFIX + run.checkpointId() + "/" + settings.topic() + "/" + number + "/" + run.outputName();
    }

    /** Ends what any writer with this id has in hand. {@link #learn} has to come next. */
    void fence() throws Exception {
        letGo();
        run.checkOwner();
        Producer<byte[], byte[]> next = instruments.producer(settings.producer(id(settings, run, number)));
        producer = next;
        next.initTransactions();
    }

    /** Takes the receipts, which were read after {@link #fence}. */
    void learn(Receipts all) {
        receipts.clear();
        receipts.putAll(all.of(run.checkpointId(), settings.topic(), run.outputName(), number));
    }

    boolean hasReceipts() {
        return !receipts.isEmpty();
    }

    /** Writes the first receipt, which later starts expect to find, unless it is there. */
    void begin() throws Exception {
        Receipt first = Receipt.begun(
                new OutputBatch(NO_BATCH, run.outputName(), run.checkpointId(), run.epoch(), run.runId()),
                settings.topic(),
                number);
        persistently(first.part(), () -> {
            if (receipts.isEmpty()) {
                transact(() -> send(receipt(first)));
                learnt(first);
            }
            return true;
        });
    }

    /** Returns whether all rows of a part are in the topic. */
    boolean isPublished(OutputPart part) throws Exception {
        return persistently(part, () -> isDone(part));
    }

    /** Writes the rows of a part that are not in the topic. */
    void write(OutputPart part, Iterable<byte[]> rows) throws Exception {
        persistently(part, () -> {
            if (!isDone(part)) {
                publish(part, rows);
            }
            return true;
        });
    }

    /** Takes back the receipts of a batch up to an epoch; its rows stay. */
    void takeBack(OutputBatch batch) throws Exception {
        persistently(OutputPart.whole(batch), () -> {
            List<Receipt> taken = receipts.values().stream()
                    .filter(receipt -> receipt.isSeen()
                            && receipt.part().batch().time().equals(batch.time())
                            && receipt.part().batch().epoch() <= batch.epoch())
                    .map(Receipt::takenBack)
                    .toList();
            if (!taken.isEmpty()) {
                transact(() -> taken.forEach(receipt -> send(receipt(receipt))));
                taken.forEach(this::learnt);
            }
            return true;
        });
    }

    /** Does the work as often as that can help, each time after it is known how the last transaction has ended. */
    private <R> R persistently(OutputPart part, Callable<R> work) throws Exception {
        long since = instruments.nanos();
        Duration pause = FIRST_PAUSE;
        while (true) {
            try {
                settle();
                return work.call();
            } catch (Exception e) {
                Exception cause = sendFailure == null ? e : sendFailure;
                if (inTransaction && WriteErrors.isFenced(cause) && isTooLong()) {
                    cause = tooLong(part, 0); // the coordinator has ended it
                }
                letGo();
                retry(part, cause, instruments.nanos() - since, pause);
                pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
            }
        }
    }

    /** Returns if the work is to be tried again. */
    private void retry(OutputPart part, Exception cause, long nanos, Duration pause) throws Exception {
        String what = (part.batch().time().equals(NO_BATCH)
                        ? "nothing"
                        : "batch " + part.batch().time())
                + " is not yet in the topic " + settings.topic() + " by writer " + number + " of the output \""
                + run.outputName() + "\": " + WriteErrors.text(cause);
        Exception refusal = WriteErrors.refusal(settings, cause);
        if (refusal != null) {
            throw refusal;
        }
        run.checkOwner(); // who was fenced and is not the owner any more stops
        if (nanos > settings.patience().toNanos()) {
            throw new MillraceException(
                    what + ", for " + settings.patience().toSeconds() + " s; bring the brokers back, then start again",
                    cause);
        }
        LOG.log(System.Logger.Level.WARNING, what + "; it begins again");
        instruments.pause(pause);
    }

    private void settle() throws Exception {
        if (producer == null) {
            fence();
            learn(topic.readStable());
        }
    }

    private boolean isDone(OutputPart part) {
        if (receipts.isEmpty()) {
            throw new MillraceException("the topic " + settings.receipts() + " has no receipt of writer " + number
                    + " of the output \"" + run.outputName() + "\", which has begun there, so nobody knows whether"
                    + " batch " + part.batch().time() + " is published; stop, and start again");
        }
        return receipts.values().stream()
                .anyMatch(receipt -> receipt.state() == Receipt.State.DONE && receipt.isOf(part));
    }

    private void publish(OutputPart part, Iterable<byte[]> rows) throws Exception {
        long written = receipts.values().stream()
                .filter(receipt -> receipt.state() == Receipt.State.PARTIAL && receipt.isOf(part))
                .mapToLong(Receipt::rows)
                .max()
                .orElse(0);
        Iterator<byte[]> left = rows.iterator();
        for (long i = 0; i < written; i++) {
            left.next();
        }
        List<Header> headers = List.of(new RecordHeader(HEADER, header(part)));
        do {
            written = publishSome(part, left, headers, written);
        } while (left.hasNext());
    }

    private long publishSome(OutputPart part, Iterator<byte[]> left, List<Header> headers, long written)
            throws Exception {
        long[] sent = {0};
        Receipt[] said = new Receipt[1];
        transact(() -> {
            while (left.hasNext() && sent[0] < settings.rowsPerTransaction()) {
                RowBytes row = RowBytes.decode(left.next());
                send(new ProducerRecord<>(settings.topic(), null, row.key(), row.value(), headers));
                sent[0]++;
                if (sent[0] % ROWS_A_LOOK == 0) {
                    mustFit(part, sent[0]);
                }
            }
            mustFit(part, sent[0]);
            said[0] = new Receipt(
                    receipts.lastKey() + 1,
                    settings.topic(),
                    number,
                    part,
                    written + sent[0],
                    left.hasNext() ? Receipt.State.PARTIAL : Receipt.State.DONE);
            send(receipt(said[0]));
        });
        learnt(Objects.requireNonNull(said[0]));
        return written + sent[0];
    }

    private void learnt(Receipt receipt) {
        receipts.put(receipt.number(), receipt);
        while (receipts.size() > Receipt.SLOTS) {
            receipts.pollFirstEntry();
        }
    }

    private static byte[] header(OutputPart part) {
        OutputBatch batch = part.batch();
        return (batch.checkpointId() + "/" + batch.time().milliseconds() + "/" + part.number() + "/"
                        + batch.outputName())
                .getBytes(StandardCharsets.UTF_8);
    }

    private ProducerRecord<byte[], byte[]> receipt(Receipt receipt) {
        return new ProducerRecord<>(settings.receipts(), 0, receipt.key(), receipt.value());
    }

    private interface Rows {
        void send() throws Exception;
    }

    private void transact(Rows rows) throws Exception {
        Producer<byte[], byte[]> current = Objects.requireNonNull(producer);
        transactionBegan = instruments.nanos();
        inTransaction = true;
        current.beginTransaction();
        rows.send();
        commit(current);
        inTransaction = false;
    }

    /** If the answer does not come, the same commit is asked again; nothing else may be sent before it has come. */
    private void commit(Producer<byte[], byte[]> current) {
        long since = instruments.nanos();
        while (true) {
            try {
                current.commitTransaction();
                return;
            } catch (TimeoutException e) {
                if (instruments.nanos() - since > settings.patience().toNanos()) {
                    throw e;
                }
                LOG.log(
                        System.Logger.Level.WARNING,
                        "the topic " + settings.topic() + " has not answered a commit of writer " + number
                                + " of the output \"" + run.outputName() + "\": " + WriteErrors.text(e)
                                + "; it is asked again");
            } catch (IllegalStateException e) { // the client believes that there is nothing to commit
                throw new KafkaException("it is not known how a commit has ended", e);
            }
        }
    }

    private void send(ProducerRecord<byte[], byte[]> record) {
        Objects.requireNonNull(producer).send(record, (sent, failure) -> {
            if (failure != null && sendFailure == null) {
                sendFailure = failure;
            }
        });
    }

    private boolean isTooLong() {
        return instruments.nanos() - transactionBegan
                > settings.transactionTimeout().toNanos();
    }

    private void mustFit(OutputPart part, long rows) {
        if (isTooLong()) {
            throw tooLong(part, rows);
        }
    }

    private MillraceException tooLong(OutputPart part, long rows) {
        Duration taken = Duration.ofNanos(instruments.nanos() - transactionBegan);
        return new MillraceException(String.format(
                Locale.ROOT,
                "batch %s of the output \"%s\" takes too long for one transaction: it is open for %,d ms%s, and"
                        + " transaction.timeout.ms is %,d. Raise that (the brokers allow transaction.max.timeout.ms at most), write by"
                        + " more writers(...), or allow several transactions with rowsPerTransaction(...); then start again",
                part.batch().time(),
                run.outputName(),
                taken.toMillis(),
                rows == 0 ? "" : String.format(Locale.ROOT, " after %,d rows", rows),
                settings.transactionTimeout().toMillis()));
    }

    private void letGo() {
        Producer<byte[], byte[]> old = producer;
        producer = null;
        inTransaction = false;
        if (old != null) {
            old.close(CLOSE);
        }
        sendFailure = null; // also of what closing has broken off
    }

    @Override
    public void close() {
        letGo();
    }
}
