/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.faults;

import dev.millrace.testkit.FaultyFileStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * The damage that may come to the files of a checkpoint that no program runs on: bytes go wrong, files are lost, and files
 * of older copies and of other checkpoints come into their places. All of it can be undone.
 */
final class Damage {
    /** The kinds of damage. */
    enum Kind {
        FLIPPED,
        CUT_OFF,
        ZEROES_AT_END,
        GARBAGE_AT_END,
        BYTES_INSERTED,
        MISSING,
        OTHER_FILE,
        OLDER_FILE,
        FOREIGN_FILE,
        OLDER_FILE_ADDED,
        FOREIGN_FILE_ADDED,
        STRAY_FILE,
        DIRECTORY_MISSING,
        OLDER_DIRECTORY,
        FOREIGN_DIRECTORY
    }

    private static final int MOST_ATTEMPTS = 50;

    private final FaultyFileStore disk;
    private final List<FaultyFileStore> older;
    private final List<FaultyFileStore> foreign;
    private final Random random;
    private final Map<String, byte[]> before = new TreeMap<>();
    private final List<String> story = new ArrayList<>();

    /**
     * @param older earlier copies of the checkpoint
     * @param foreign other checkpoints
     */
    Damage(FaultyFileStore disk, List<FaultyFileStore> older, List<FaultyFileStore> foreign, Random random) {
        this.disk = disk;
        this.older = older;
        this.foreign = foreign;
        this.random = random;
        disk.files().forEach(path -> before.put(path, disk.read(path)));
    }

    /** The damage that has happened, in words. */
    @Override
    public String toString() {
        return String.join("; ", story);
    }

    /** Something that changes the disk. */
    Kind happens() {
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            Map<String, byte[]> now = contents(disk);
            Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
            String what = happens(kind);
            if (!isSame(now, contents(disk))) {
                story.add(kind + " " + what);
                return kind;
            }
        }
        throw new AssertionError("nothing happens");
    }

    private String happens(Kind kind) {
        String path = any(disk.files());
        byte[] bytes = disk.read(path);
        int at = bytes.length == 0 ? 0 : random.nextInt(bytes.length);
        FaultyFileStore old = any(older);
        FaultyFileStore other = any(foreign);
        switch (kind) {
            case FLIPPED -> {
                if (bytes.length > 0) {
                    disk.flip(path, at, 1 << random.nextInt(Byte.SIZE));
                }
            }
            case CUT_OFF -> disk.truncate(path, at);
            case ZEROES_AT_END -> Arrays.fill(bytes, at, bytes.length, (byte) 0);
            case GARBAGE_AT_END -> bytes = with(bytes, bytes.length);
            case BYTES_INSERTED -> bytes = with(bytes, at);
            case MISSING -> disk.remove(path);
            case OTHER_FILE -> bytes = disk.read(any(disk.files()));
            case OLDER_FILE -> path = replaceAny(old);
            case FOREIGN_FILE -> path = replaceAny(other);
            case OLDER_FILE_ADDED -> path = add(old);
            case FOREIGN_FILE_ADDED -> path = add(other);
            case STRAY_FILE -> {
                path = directory(path)
                        + any(List.of("notes.txt", "9999999999", "0000000001~", "0000000099-0000000099"));
                bytes = new byte[random.nextInt(40)];
                random.nextBytes(bytes);
            }
            case DIRECTORY_MISSING -> replace(path = directory(path), new FaultyFileStore());
            case OLDER_DIRECTORY -> replace(path = directory(path), old);
            case FOREIGN_DIRECTORY -> replace(path = directory(path), other);
        }
        switch (kind) {
            case ZEROES_AT_END, GARBAGE_AT_END, BYTES_INSERTED, OTHER_FILE, STRAY_FILE -> disk.write(path, bytes);
            default -> {} // done
        }
        return path;
    }

    private byte[] with(byte[] bytes, int at) {
        byte[] more = new byte[1 + random.nextInt(60)];
        random.nextBytes(more);
        byte[] all = Arrays.copyOf(bytes, bytes.length + more.length);
        System.arraycopy(bytes, at, all, at + more.length, bytes.length - at);
        System.arraycopy(more, 0, all, at, more.length);
        return all;
    }

    /** A file that is there, by what it is elsewhere. */
    private String replaceAny(FaultyFileStore by) {
        List<String> changed = new ArrayList<>(by.files());
        changed.retainAll(disk.files());
        changed.removeIf(path -> Arrays.equals(by.read(path), disk.read(path)));
        return changed.isEmpty() ? "nothing" : copy(any(changed), by);
    }

    private String copy(String path, FaultyFileStore from) {
        disk.write(path, from.read(path));
        return path;
    }

    /** A file that is not there. */
    private String add(FaultyFileStore from) {
        List<String> missing = new ArrayList<>(from.files());
        missing.removeAll(disk.files());
        return missing.isEmpty() ? "nothing" : copy(any(missing), from);
    }

    private void replace(String directory, FaultyFileStore by) {
        disk.files().stream().filter(path -> path.startsWith(directory)).forEach(disk::remove);
        by.files().stream().filter(path -> path.startsWith(directory)).forEach(path -> disk.write(path, by.read(path)));
    }

    private static String directory(String path) {
        return path.substring(0, path.lastIndexOf('/') + 1);
    }

    private <T> T any(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    /** Puts back what was damaged, as the messages advise, and nothing else. */
    void undo(Map<String, byte[]> damaged) {
        damaged.forEach((path, bytes) -> {
            if (!before.containsKey(path) && disk.files().contains(path)) {
                disk.remove(path);
            }
        });
        before.forEach((path, bytes) -> {
            if (!Arrays.equals(bytes, damaged.get(path))) {
                disk.write(path, bytes);
            }
        });
    }

    static Map<String, byte[]> contents(FaultyFileStore disk) {
        Map<String, byte[]> contents = new TreeMap<>();
        disk.files().forEach(path -> contents.put(path, disk.read(path)));
        return contents;
    }

    private static boolean isSame(Map<String, byte[]> one, Map<String, byte[]> other) {
        return one.keySet().equals(other.keySet())
                && one.entrySet().stream()
                        .allMatch(entry -> Arrays.equals(entry.getValue(), other.get(entry.getKey())));
    }
}
