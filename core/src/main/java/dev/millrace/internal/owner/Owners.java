/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.owner;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.files.LocalFileStore;
import dev.millrace.internal.log.CheckpointIdentity;
import dev.millrace.spi.FileStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The owners' files of a checkpoint, as they were when they were looked at. A program that takes a checkpoint makes the file with the
 * next number, so a file with the next number counts even if a crash cut it off; one with any other number must be whole and
 * say that it has this number. Other files are not of Millrace, and are left alone.
 */
final class Owners {
    private static final System.Logger LOG = System.getLogger("dev.millrace.streaming.checkpoint");
    private static final AtomicReference<String> WARNED = new AtomicReference<>("");

    static final String DIRECTORY = "owners";
    static final String LOCK = ".lock";
    static final long MOST = 9_999_999_998L; // the one after it still has ten digits

    private static final Pattern NAME = Pattern.compile("\\d{10}");
    private static final Pattern OURS =
            Pattern.compile("(\\d{10})(?:" + Pattern.quote(LOCK) + "|" + Pattern.quote(RunningCode.LOCK) + ")?");
    private static final int MOST_BYTES = 1 << 12; // a whole one has far less

    private final FileStore store;
    private final WrittenFiles written;
    private final NavigableMap<Long, Owner> counted;
    private final List<String> others;
    private final List<String> notWhole; // or gone before they were read

    private Owners(
            FileStore store,
            WrittenFiles written,
            NavigableMap<Long, Owner> counted,
            List<String> others,
            List<String> notWhole) {
        this.store = store;
        this.written = written;
        this.counted = counted;
        this.others = others;
        this.notWhole = notWhole;
    }

    /** Reads the owners' files that are there now. */
    static Owners read(FileStore store) throws IOException {
        return settled(store, () -> {
            WrittenFiles written =
                    WrittenFiles.in(store); // first: an owner's file is made before any other of that program
            return read(store, written, store.list(DIRECTORY), written.highestEpoch());
        });
    }

    private interface Look {
        Owners look() throws IOException;
    }

    /**
     * Looks once more if a file that was not whole is gone now: perhaps its owner had taken the checkpoint and was forgotten, so that
     * others have taken it since, whose files were not in the list.
     */
    private static Owners settled(FileStore store, Look once) throws IOException {
        Owners owners = once.look();
        while (!owners.notWhole.isEmpty() && !store.list(DIRECTORY).containsAll(owners.notWhole)) {
            owners = once.look();
        }
        return owners;
    }

    /** @param highest the highest epoch that is known to have been taken */
    private static Owners read(FileStore store, WrittenFiles written, Collection<String> names, long highest)
            throws IOException {
        NavigableMap<Long, Owner> counted = new TreeMap<>();
        NavigableSet<String> others = new TreeSet<>(names);
        List<String> notWhole = new ArrayList<>();
        long next = highest + 1;
        for (long number : numbers(names)) {
            Owner owner = owner(store, number);
            if (owner == null) {
                notWhole.add(name(number));
            }
            if (owner != null || number <= next) {
                counted.put(number, owner == null ? Owner.UNKNOWN : owner);
                next = Math.max(next, number + 1);
                others.remove(name(number));
            }
        }
        others.removeIf(name -> !NAME.matcher(name).matches() && numberOf(name) > 0); // locks
        return new Owners(store, written, counted, List.copyOf(others), notWhole);
    }

    /** Reads the files of the owners that have taken the checkpoint after {@code number}. */
    static Owners after(FileStore store, long number) throws IOException {
        String own = name(number);
        return settled(store, () -> {
            List<String> later = store.list(DIRECTORY).stream()
                    .filter(name -> name.compareTo(own) > 0)
                    .toList();
            return read(store, new WrittenFiles(store, Map.of()), later, number);
        });
    }

    private static NavigableSet<Long> numbers(Collection<String> names) {
        NavigableSet<Long> numbers = new TreeSet<>();
        names.stream().filter(name -> NAME.matcher(name).matches()).forEach(name -> numbers.add(Long.parseLong(name)));
        return numbers;
    }

    /** Null if the file is not whole, or no longer there, or another one, or a directory. */
    static @Nullable Owner owner(FileStore store, long number) throws IOException {
        byte[] bytes;
        try (InputStream in = store.open(path(number))) {
            bytes = in.readNBytes(MOST_BYTES);
        } catch (NoSuchFileException e) {
            return null;
        } catch (FileSystemException e) {
            if (LocalFileStore.isDirectory(e)) {
                return null;
            }
            throw e; // it may be a whole one
        }
        Owner owner = Owner.decode(bytes);
        return owner != null && owner.identity() != null && owner.identity().epoch() == number ? owner : null;
    }

    /** The highest epoch that was ever taken: without its owner's file, as in a copy, the other files tell. */
    long taken() {
        return Math.max(newest(), written.highestEpoch());
    }

    /** 0 if there is no owner's file. */
    long newest() {
        return counted.isEmpty() ? 0 : counted.lastKey();
    }

    Owner newestOwner() {
        return counted.isEmpty() ? Owner.UNKNOWN : counted.lastEntry().getValue();
    }

    /** The epochs that have been taken, as far as there are files of them. */
    NavigableSet<Long> epochs() {
        return counted.navigableKeySet();
    }

    /** The names in the directory that stand for no owner. */
    List<String> others() {
        return others;
    }

    /** The known identities, in order; those of programs, too, that made their files late, and did not get the checkpoint. */
    List<CheckpointIdentity> identities() {
        return counted.values().stream()
                .<CheckpointIdentity>mapMulti((owner, into) -> {
                    if (owner.identity() != null) {
                        into.accept(owner.identity());
                    }
                })
                .toList();
    }

    /** The known identities of the programs that have taken a checkpoint, in order. */
    List<CheckpointIdentity> of(UUID checkpointId) {
        return identities().stream()
                .filter(identity -> identity.checkpointId().equals(checkpointId))
                .toList();
    }

    /**
     * The checkpoint that the files are of; null if none of them says, and no other file does. A program that drew an id when the directory
     * was new, and made its file only when others had taken the checkpoint, may have died before it could take that back: then
     * other files tell which id counts, and where there are no other files, the newest owner's id counts.
     *
     * @throws CheckpointException if other files are of a checkpoint that none of the owners had
     */
    @Nullable
    UUID checkpointId() throws IOException {
        List<CheckpointIdentity> all = identities();
        CheckpointIdentity last = all.isEmpty() ? null : all.get(all.size() - 1);
        WrittenFiles.@Nullable Witness witness = written.newest();
        if (witness == null) {
            return last == null ? null : last.checkpointId();
        }
        UUID id = witness.header().writer().checkpointId();
        if (last == null) {
            warnOnce("the checkpoint " + store.location() + " has no file that says who took it last; it is taken for "
                    + id + ", as " + witness.path() + " says");
        } else if (of(id).isEmpty()) {
            throw ofTwo(witness.path(), id, path(last.epoch()), last.checkpointId());
        }
        return id;
    }

    /** Logs a warning, unless it is the last one again: a command that looks at a checkpoint reads it several times. */
    private static void warnOnce(String warning) {
        if (!warning.equals(WARNED.getAndSet(warning))) {
            LOG.log(System.Logger.Level.WARNING, warning);
        }
    }

    /** Two files of one directory name two checkpoints, and only people know which of them belongs there. */
    private CheckpointException ofTwo(String one, UUID ofOne, String two, UUID ofTwo) {
        return new CheckpointException(
                "the directory " + store.location() + " holds files of two checkpoints: " + one
                        + " belongs to " + ofOne + ", and " + two + " to " + ofTwo
                        + "; put the files that belong here back from a backup of this directory, or start with a new directory");
    }

    /**
     * Deletes the files that did not say of which checkpoint they are, when no other did either: the program that makes one may be just about
     * to give the checkpoint an id. Anything that it writes there from now on is not read.
     *
     * @return false if one says it now, so that the checkpoint has an id
     */
    boolean forgetUnknown() throws IOException {
        if (!identities().isEmpty()) {
            return true; // this program has it from them
        }
        for (long number : counted.keySet()) {
            if (owner(store, number) != null) {
                return false;
            }
            store.delete(path(number));
        }
        return true;
    }

    /** Deletes the files of owners up to one; a roll back still asks for those whose code runs. */
    static void forget(FileStore store, long until) throws IOException {
        if (until <= 0) {
            return;
        }
        List<Long> running = RunningCode.before(store, until + 1);
        for (String name : store.list(DIRECTORY)) {
            long number = numberOf(name);
            if (number > 0 && number <= until && !running.contains(number)) {
                store.delete(DIRECTORY + "/" + name);
            }
        }
    }

    /** The number in the name of an owner's file or lock; 0 of another name. */
    static long numberOf(String name) {
        Matcher ours = OURS.matcher(name);
        return ours.matches() ? Long.parseLong(ours.group(1)) : 0;
    }

    /** Returns whether a lock is held. Asking takes a free lock for a moment, which must not disturb anybody. */
    static boolean isLocked(FileStore store, long epoch, String lock) throws IOException {
        FileStore.@Nullable Lock free = store.tryLock(path(epoch) + lock);
        if (free != null) {
            free.close();
        }
        return free == null;
    }

    static String name(long epoch) {
        return String.format(Locale.ROOT, "%010d", epoch);
    }

    static String path(long epoch) {
        return DIRECTORY + "/" + name(epoch);
    }
}
