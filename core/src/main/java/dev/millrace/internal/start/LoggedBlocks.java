/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.start;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.checkpoint.CheckpointContents;
import dev.millrace.internal.graph.ReceiverInput;
import dev.millrace.internal.receive.LogEnd;
import dev.millrace.internal.receive.LoggedRuns;
import dev.millrace.internal.receive.WriteAheadLog;
import dev.millrace.spi.FileStore;
import dev.millrace.spi.InputSlice;
import dev.millrace.streaming.BatchTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/** Compares the log of received data with the blocks that batches take which are to run again. */
public final class LoggedBlocks {
    private LoggedBlocks() {}

    /** @throws CheckpointException if the log does not keep a block that one of these batches takes; without any log there is nothing to check */
    public static void check(FileStore store, Map<BatchTime, Map<String, InputSlice>> plans) {
        Map<String, Long> first = first(store);
        plans.forEach((time, slices) -> slices.forEach((input, slice) -> {
            long needed = ReceiverInput.firstBlock(slice);
            if (needed >= 0 && !first.isEmpty() && first.getOrDefault(input, Long.MAX_VALUE) > needed) {
                throw new CheckpointException("the checkpoint " + store.location() + " does not keep what batch " + time
                        + " had received from " + input + " any more; go back to that batch or a later one");
            }
        }));
    }

    /**
     * Checks that the log has all that batches have taken. Programs may use it: it only grows at its end.
     *
     * @param positions those of inputs, by name, which were read before
     * @throws CheckpointException if the log ends before what a batch has taken; a stream of which the log has nothing is not looked at
     */
    public static void checkEnds(FileStore store, Map<String, Map<Object, Object>> positions) {
        Map<String, Long> taken = new HashMap<>();
        positions.forEach((input, position) -> taken.put(input, ReceiverInput.nextBlock(position)));
        if (taken.values().stream().anyMatch(next -> next > 0)) {
            Map<String, Long> next = WriteAheadLog.nextBlocks(store);
            taken.forEach((input, end) -> LogEnd.check(input, next.getOrDefault(input, Long.MAX_VALUE), end));
        }
    }

    /** Returns whether a batch takes something from a receiver with a slice. */
    public static boolean isOf(InputSlice slice) {
        return ReceiverInput.firstBlock(slice) >= 0;
    }

    /** The blocks that a batch takes, as far as they are there. */
    public static LoggedRuns of(FileStore store, Map<String, InputSlice> slices) throws IOException {
        Map<String, LoggedRuns.Run> runs = new HashMap<>();
        slices.forEach((input, slice) -> {
            long first = ReceiverInput.firstBlock(slice);
            if (first >= 0) {
                runs.put(input, new LoggedRuns.Run(first, ReceiverInput.endOfBlocks(slice)));
            }
        });
        return LoggedRuns.of(store, runs);
    }

    /**
     * The blocks that batches are still to take, those to run again among them. Of each stream it is one at least: it tells that there was a
     * log, and where that ended.
     */
    public static LoggedRuns untaken(FileStore store, CheckpointContents contents) throws IOException {
        Map<String, LoggedRuns.Run> runs = new HashMap<>();
        WriteAheadLog.nextBlocks(store).forEach((input, end) -> {
            long next = ReceiverInput.nextBlock(contents.position(input));
            long first = contents.plans().values().stream()
                    .flatMap(slices -> Stream.ofNullable(slices.get(input)))
                    .mapToLong(ReceiverInput::firstBlock)
                    .filter(block -> block >= 0)
                    .min()
                    .orElse(next);
            runs.put(input, new LoggedRuns.Run(Math.min(first, end - 1), end));
        });
        return LoggedRuns.of(store, runs);
    }

    private static Map<String, Long> first(FileStore store) {
        try {
            return WriteAheadLog.isIn(store) ? WriteAheadLog.firstSequences(store) : Map.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
