/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.faults;

import dev.millrace.spi.OutputBatch;
import dev.millrace.spi.StagedOutput;
import dev.millrace.streaming.BatchTime;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The target of the outputs of a scene: a store of its own that survives everything, and that remembers if somebody has changed
 * what readers may have seen.
 */
final class Sink {
    private static final String EPOCH = "-epoch-";

    private final Map<String, String> staged = new TreeMap<>();
    private final TreeMap<String, String> visible = new TreeMap<>();
    private final Map<String, OutputBatch> receipts = new TreeMap<>(); // of what is visible, by batch
    private final Map<String, String> takenBack = new TreeMap<>();
    private final List<String> broken = new ArrayList<>();
    private final boolean looksAtEpochs;
    private long rolledBackTo;
    private int stagings;

    Sink() {
        this(true);
    }

    /** @param looksAtEpochs whether it leaves to a successor what that has staged and published, as outputs must */
    Sink(boolean looksAtEpochs) {
        this.looksAtEpochs = looksAtEpochs;
    }

    synchronized Sink copy() {
        Sink copy = new Sink();
        copy.staged.putAll(staged);
        copy.visible.putAll(visible);
        copy.receipts.putAll(receipts);
        return copy;
    }

    /** What readers see: the lines of each part. */
    synchronized Map<String, String> visible() {
        return new TreeMap<>(visible);
    }

    /** What is in staging. */
    synchronized List<String> staged() {
        return List.copyOf(staged.keySet());
    }

    /** What must never happen, and did. */
    synchronized List<String> broken() {
        return List.copyOf(broken);
    }

    /** What is left when the process or the machine dies now: the same. The dead program reaches this one no more. */
    StagedOutput<Object> output(Gate gate) {
        return new Output(this, gate);
    }

    /** What may go wrong. */
    interface Gate {
        /** Fails when the program that writes is dead. */
        void checkAlive() throws IOException;

        /** Fails when a task is to fail, before it has written or after. */
        default void staging(OutputBatch batch, boolean written) throws IOException {}

        /** The staged or published parts of a batch are about to go. */
        default void discarding(OutputBatch batch) throws IOException {}

        /** Fails when what was staged is not to be published now. */
        default void publishing(OutputBatch batch) throws IOException {}
    }

    /** An attempt that was given up long ago writes after all. */
    synchronized void lateWrite(Random random) {
        if (!visible.isEmpty()) {
            List<String> places = List.copyOf(visible.keySet());
            staged.put(places.get(random.nextInt(places.size())) + "." + stagings++, "late");
        }
    }

    /** The lines of an output's batch that readers see, or that are staged as these parts; in order of the partitions. */
    synchronized List<String> lines(String output, long time, List<String> parts) {
        String place = output + "/" + time + "/";
        TreeMap<String, String> found = new TreeMap<>(visible.subMap(place, place + "~"));
        for (String part : parts) {
            String lines = staged.get(place + part);
            if (lines != null) {
                found.put(place + part.substring(0, part.indexOf('.')), lines);
            }
        }
        return found.values().stream().flatMap(String::lines).toList();
    }

    /** The last batch of which readers see something; 0 if there is none. */
    long lastVisible() {
        return lastVisible(Map.of());
    }

    /** The same without the outputs that are about to be taken back. */
    synchronized long lastVisible(Map<BatchTime, List<String>> without) {
        return visible.keySet().stream()
                .map(place -> place.split("/"))
                .filter(place -> !without.getOrDefault(new BatchTime(Long.parseLong(place[1])), List.of())
                        .contains(place[0]))
                .mapToLong(place -> Long.parseLong(place[1]))
                .max()
                .orElse(0);
    }

    private synchronized String stage(OutputBatch batch, int partition, Iterator<Object> records) {
        List<String> lines = new ArrayList<>();
        records.forEachRemaining(line -> lines.add(line.toString()));
        String part = "part-" + partition + "." + stagings++ + EPOCH + batch.epoch();
        staged.put(place(batch) + part, String.join("\n", lines));
        return part;
    }

    private synchronized void publish(OutputBatch batch, String part) throws IOException {
        String place = place(batch) + part.substring(0, part.indexOf('.'));
        String lines = staged.remove(place(batch) + part);
        if (lines == null) {
            if (!visible.containsKey(place)) {
                throw new IOException("the staged part " + place(batch) + part + " is gone");
            }
            return;
        }
        receipts.put(place(batch), batch);
        String shown = visible.put(place, lines);
        String before = shown != null ? shown : takenBack.remove(place);
        if (before != null && !before.equals(lines)) {
            broken.add("what was published as " + place + " has changed from " + before + " to " + lines);
        }
    }

    private synchronized void discard(OutputBatch batch) {
        staged.keySet().removeIf(part -> part.startsWith(place(batch)) && mayRemove(epochOf(part), batch));
    }

    private boolean mayRemove(long epoch, OutputBatch batch) {
        return !looksAtEpochs || epoch <= batch.epoch();
    }

    private static long epochOf(String part) {
        int at = part.indexOf(EPOCH);
        return at < 0 ? 0 : Long.parseLong(part.substring(at + EPOCH.length()));
    }

    private synchronized void retract(OutputBatch batch) {
        OutputBatch published = receipts.get(place(batch));
        if (published != null && !mayRemove(published.epoch(), batch)) {
            return;
        }
        receipts.remove(place(batch));
        SortedMap<String, String> parts = visible.subMap(place(batch), place(batch) + "~");
        if (batch.time().milliseconds() <= rolledBackTo) {
            broken.add("batch " + batch.time() + " is taken back, and the program was rolled back to " + rolledBackTo);
        }
        takenBack.putAll(parts);
        parts.clear();
    }

    private synchronized List<OutputBatch> receipts(String outputName, BatchTime after) {
        return receipts.values().stream()
                .filter(batch ->
                        batch.outputName().equals(outputName) && batch.time().isAfter(after))
                .toList();
    }

    /** From now on only later batches may be taken back; they come again as they were. */
    synchronized void rolledBackTo(long time) {
        rolledBackTo = time;
    }

    private static String place(OutputBatch batch) {
        return batch.outputName() + "/" + batch.time().milliseconds() + "/";
    }

    private record Output(Sink sink, Gate gate) implements StagedOutput<Object> {
        /** The same in each run of a test, because messages name the output. */
        @Override
        public String toString() {
            return "the sink";
        }

        @Override
        public @Nullable String stage(OutputBatch batch, int partition, int attempt, Iterator<Object> records)
                throws IOException {
            gate.checkAlive();
            gate.staging(batch, false);
            String part = records.hasNext() ? sink.stage(batch, partition, records) : null;
            gate.staging(batch, true);
            return part;
        }

        @Override
        public void publish(OutputBatch batch, List<String> parts) throws IOException {
            for (String part : parts) {
                gate.publishing(batch);
                gate.checkAlive();
                sink.publish(batch, part);
            }
        }

        @Override
        public void discard(OutputBatch batch) throws IOException {
            gate.discarding(batch);
            gate.checkAlive();
            sink.discard(batch);
        }

        @Override
        public List<OutputBatch> receipts(String outputName, BatchTime after) throws IOException {
            gate.checkAlive();
            return sink.receipts(outputName, after);
        }

        @Override
        public void retract(OutputBatch batch) throws IOException {
            gate.discarding(batch);
            gate.checkAlive();
            sink.retract(batch);
        }
    }
}
