/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.faults;

import dev.millrace.testkit.FaultyFileStore;
import dev.millrace.testkit.FileFault;
import dev.millrace.testkit.FileOperation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Looks on while programs begin segments of their logs. A program that has lost its checkpoint may begin one of each log, because the
 * other may come between its look at the owner and its file, and no more.
 */
final class SegmentWatch implements FileFault {
    private static final Pattern SEGMENT = Pattern.compile("(journal|wal|receipts)/\\d+-(\\d+)");

    private final Supplier<FaultyFileStore> disk;
    private final Map<String, Integer> begunTooLate = new HashMap<>();
    private final List<String> broken = new ArrayList<>();

    SegmentWatch(Supplier<FaultyFileStore> disk) {
        this.disk = disk;
    }

    /** The epoch of the program that has the checkpoint; 0 for none. */
    static long owner(FaultyFileStore disk) {
        return disk.files().stream()
                .filter(path -> path.matches("owners/\\d{10}"))
                .mapToLong(path -> Long.parseLong(path.substring("owners/".length())))
                .max()
                .orElse(0);
    }

    @Override
    public void before(FileOperation operation, String path) {
        Matcher segment = SEGMENT.matcher(path);
        if (operation == FileOperation.CREATE
                && segment.matches()
                && disk.get()
                        .canAppend() // else a segment is one sync, and what comes behind a first one is void by that
                && Long.parseLong(segment.group(2)) < owner(disk.get())
                && begunTooLate.merge(segment.group(1) + " " + segment.group(2), 1, Integer::sum) > 1) {
            broken.add("a program that has lost its checkpoint goes on to begin segments: " + path);
        }
    }

    List<String> broken() {
        return broken;
    }
}
