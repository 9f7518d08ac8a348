/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.internal.files.SyncGroup;
import dev.millrace.internal.log.CheckpointIdentity;
import dev.millrace.internal.log.EpochFile;
import dev.millrace.internal.log.FrameWriter;
import dev.millrace.spi.FileStore;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;

/**
 * Writes the receipts of each staged output: which batches it has published, for people and tools, and to find that a journal
 * has lost its end. A batch that recovery publishes again has one receipt, one that was taken back has none. A program begins
 * a file with what it keeps of those before, the last {@value #KEPT}, and deletes these; it does the same when its own has
 * twice as many. Safe for several threads.
 */
final class ReceiptLedgers implements AutoCloseable {
    private static final int KEPT = 1_000;

    private final FileStore store;
    private final CheckpointIdentity writer;
    private final Receipts before;
    private final Map<String, Ledger> ledgers = new HashMap<>();

    /** @param before what was there when the program had taken the checkpoint */
    ReceiptLedgers(FileStore store, CheckpointIdentity writer, Receipts before) {
        this.store = store;
        this.writer = writer;
        this.before = before;
    }

    private record Ledger(FrameWriter writer, NavigableMap<Long, Integer> receipts) {}

    /** Adds the receipts of a batch; durable on return, which is before the commit: what is committed is published no more. */
    synchronized void append(long time, Map<String, Integer> parts) throws IOException {
        SyncGroup syncs = new SyncGroup();
        for (Map.Entry<String, Integer> output : parts.entrySet()) {
            Ledger ledger = ledger(output.getKey());
            if (!ledger.receipts().containsKey(time)) {
                if (ledger.receipts().size() >= 2 * KEPT) {
                    ledger.writer().close();
                    ledger = begin(output.getKey(), ledger.receipts());
                }
                write(ledger, time, output.getValue());
                syncs.add(ledger.writer()::sync);
                ledger.receipts().put(time, output.getValue());
            }
        }
        syncs.run();
    }

    synchronized void takeBack(String output, long time) throws IOException {
        Ledger ledger = ledger(output);
        write(ledger, time, Receipts.TAKEN_BACK);
        ledger.writer().sync();
        ledger.receipts().remove(time);
    }

    private static void write(Ledger ledger, long time, int parts) throws IOException {
        ledger.writer().append(Receipts.encode(new Receipts.Receipt(time, parts)));
    }

    private Ledger ledger(String output) throws IOException {
        Ledger ledger = ledgers.get(output);
        return ledger == null ? begin(output, before.of(output)) : ledger;
    }

    private Ledger begin(String output, NavigableMap<Long, Integer> receipts) throws IOException {
        List<EpochFile> old = Receipts.files(store, output);
        while (receipts.size() > KEPT) {
            receipts.pollFirstEntry();
        }
        long number = old.isEmpty() ? 1 : old.get(old.size() - 1).number() + 1;
        Ledger ledger = new Ledger(
                new FrameWriter(store, Receipts.path(output, new EpochFile(number, writer.epoch())), writer), receipts);
        ledgers.put(output, ledger);
        for (Map.Entry<Long, Integer> receipt : receipts.entrySet()) {
            write(ledger, receipt.getKey(), receipt.getValue());
        }
        write(ledger, Long.MIN_VALUE, Receipts.BEGUN);
        ledger.writer().sync();
        for (EpochFile file : old) {
            if (file.epoch() <= writer.epoch()) { // not those of a program that has taken over
                store.delete(Receipts.path(output, file));
            }
        }
        return ledger;
    }

    @Override
    public synchronized void close() throws IOException {
        for (Ledger ledger : ledgers.values()) {
            ledger.writer().close(); // each receipt is durable already
        }
        ledgers.clear();
    }
}
