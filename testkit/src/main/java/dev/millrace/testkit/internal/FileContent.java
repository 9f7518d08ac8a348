/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** The bytes of a file, and how many of them are on the disk. Not thread safe. */
public final class FileContent {
    private static final int SECTOR = 512;
    private static final int LEAST_LOST = 16; // a sector holds more than the end of what is written last

    private byte[] bytes = new byte[256];
    private int length;
    private int synced;
    private int written; // a sync that failed did not write what is between synced and this
    private final List<Dropped> dropped = new ArrayList<>();

    /** Bytes that a failed sync has given up: the system takes them for written, and a later sync does not bring them. */
    private record Dropped(int from, int to) {}

    static FileContent of(byte[] bytes) {
        FileContent content = new FileContent();
        content.append(bytes, 0, bytes.length);
        content.sync();
        return content;
    }

    FileContent copy() {
        FileContent copy = new FileContent();
        copy.bytes = bytes.clone();
        copy.length = length;
        copy.synced = synced;
        copy.written = written;
        copy.dropped.addAll(dropped);
        return copy;
    }

    public void append(byte[] from, int offset, int count) {
        if (length + count > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(length + count, bytes.length * 2));
        }
        System.arraycopy(from, offset, bytes, length, count);
        length += count;
    }

    public byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
    }

    void sync() {
        synced = length;
        written = length;
    }

    /** So that a sync writes everything, and not only what the system takes for new. */
    void writeAgain() {
        dropped.clear();
    }

    public void failSync() {
        if (written < length) {
            dropped.add(new Dropped(written, length));
            written = length;
        }
    }

    /**
     * A content that a power failure may leave: all that was synced, and of the rest a beginning; or the file has grown to its whole
     * length, and of the data that was to come only the first sectors came.
     */
    byte[] afterPowerFailure(Random random) {
        int torn = synced + random.nextInt(length - synced + 1);
        int sectors = Math.max(synced, torn / SECTOR * SECTOR);
        int how = random.nextInt(5);
        int kept = switch (how) {
            case 0 -> synced;
            case 1, 2 -> length;
            case 3 -> sectors;
            default -> torn;
        };
        byte[] left = Arrays.copyOf(bytes, kept);
        if (how == 2) {
            Arrays.fill(left, Math.max(synced, Math.min(sectors, length - LEAST_LOST)), length, (byte) 0);
        }
        for (Dropped range : dropped) {
            if (random.nextBoolean() && range.from() < kept) {
                Arrays.fill(left, range.from(), Math.min(range.to(), kept), (byte) 0);
            }
        }
        return left;
    }
}
