/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.internal;

import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The files of a disk: as the system shows them, and which of their entries are on the disk itself. What was synced
 * survives a power failure, of anything else each part may or may not. Directories are there when something is in them. Not
 * thread safe.
 */
public final class ModelDisk {
    private final TreeMap<String, FileContent> seen = new TreeMap<>();
    private final TreeMap<String, FileContent> durable = new TreeMap<>();

    public List<String> files() {
        return List.copyOf(seen.keySet());
    }

    public List<String> list(String directory) {
        String prefix = prefix(directory);
        TreeSet<String> names = new TreeSet<>();
        for (String path : seen.tailMap(prefix).keySet()) {
            if (!path.startsWith(prefix)) {
                break;
            }
            int end = path.indexOf('/', prefix.length());
            names.add(path.substring(prefix.length(), end < 0 ? path.length() : end));
        }
        return List.copyOf(names);
    }

    public FileContent content(String path) throws NoSuchFileException {
        FileContent content = seen.get(path);
        if (content == null) {
            throw new NoSuchFileException(path);
        }
        return content;
    }

    public FileContent create(String path) throws FileAlreadyExistsException {
        if (seen.containsKey(path) || !list(path).isEmpty()) {
            throw new FileAlreadyExistsException(path);
        }
        FileContent content = new FileContent();
        seen.put(path, content);
        return content;
    }

    /** Puts a file there, durably. */
    public void put(String path, byte[] bytes) {
        FileContent content = FileContent.of(bytes);
        seen.put(path, content);
        durable.put(path, content);
    }

    /** Makes a file durable: its bytes and, if it was not deleted, its entry. */
    public void sync(FileContent content) {
        content.sync();
        seen.forEach((path, entry) -> {
            if (entry == content) {
                durable.put(path, content);
            }
        });
    }

    /** Makes durable what is seen of a file, or the entries of a directory. */
    public void sync(String path) throws NoSuchFileException {
        if (seen.containsKey(path)) {
            content(path).writeAgain();
            sync(content(path));
            return;
        }
        String prefix = prefix(path);
        List<String> names = list(path);
        if (names.isEmpty() && !path.isEmpty() && durable.keySet().stream().noneMatch(old -> old.startsWith(prefix))) {
            throw new NoSuchFileException(path);
        }
        durable.keySet()
                .removeIf(old -> old.startsWith(prefix)
                        && !names.contains(old.substring(prefix.length()).replaceFirst("/.*", "")));
        for (String name : names) {
            FileContent file = seen.get(prefix + name);
            if (file != null) {
                durable.put(prefix + name, file);
            }
        }
    }

    /** Durable in one step; what is in a directory is as durable as before. */
    public void rename(String from, String to) throws NoSuchFileException, FileAlreadyExistsException {
        boolean isFile = seen.containsKey(from);
        if (!isFile && list(from).isEmpty()) {
            throw new NoSuchFileException(from);
        }
        if (seen.containsKey(to) || !list(to).isEmpty()) {
            throw new FileAlreadyExistsException(to);
        }
        remove(durable, to);
        move(seen, from, to);
        move(durable, from, to);
        if (isFile) {
            durable.put(to, content(to));
        }
    }

    public void delete(String path) {
        remove(seen, path);
    }

    /** As if it had never been. */
    public void remove(String path) {
        remove(seen, path);
        remove(durable, path);
    }

    private static void remove(Map<String, FileContent> entries, String path) {
        entries.keySet().removeIf(old -> old.equals(path) || old.startsWith(prefix(path)));
    }

    private static void move(Map<String, FileContent> entries, String from, String to) {
        Map<String, FileContent> moved = new HashMap<>();
        entries.forEach((path, content) -> {
            if (path.equals(from) || path.startsWith(prefix(from))) {
                moved.put(to + path.substring(from.length()), content);
            }
        });
        remove(entries, from);
        entries.putAll(moved);
    }

    /** The disk when the process alone has ended; the system will write what it has not written yet. */
    public ModelDisk afterKill() {
        ModelDisk copy = new ModelDisk();
        Map<FileContent, FileContent> copies = new IdentityHashMap<>();
        seen.forEach((path, content) -> copy.seen.put(path, copies.computeIfAbsent(content, FileContent::copy)));
        durable.forEach((path, content) -> copy.durable.put(path, copies.computeIfAbsent(content, FileContent::copy)));
        return copy;
    }

    /** The disk after a power failure, one of those that are possible. All that is there is durable. */
    public ModelDisk afterPowerFailure(Random random) {
        ModelDisk after = new ModelDisk();
        Map<FileContent, byte[]> left = new IdentityHashMap<>();
        List<String> paths = new ArrayList<>(new TreeSet<>(seen.keySet()));
        durable.keySet().stream().filter(path -> !seen.containsKey(path)).forEach(paths::add);
        for (String path : paths) {
            FileContent entry =
                    seen.get(path) == durable.get(path) || random.nextBoolean() ? seen.get(path) : durable.get(path);
            if (entry != null) {
                after.put(path, left.computeIfAbsent(entry, content -> content.afterPowerFailure(random)));
            }
        }
        return after;
    }

    private static String prefix(String directory) {
        return directory.isEmpty() ? "" : directory + "/";
    }
}
