/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.owner;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.log.CheckpointFiles;
import dev.millrace.internal.log.CheckpointIdentity;
import dev.millrace.internal.log.Epoch;
import dev.millrace.spi.FileStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The right to write a checkpoint, taken. The owner is the program that made the file with the highest number in the directory
 * {@code owners}; while it lives it holds a lock beside that file, and another as long as it runs code that may publish.
 * A program that makes the next file has taken over, and the owner before finds out when it next {@linkplain #check checks}. Safe for
 * several threads.
 */
public final class Ownership implements Epoch, AutoCloseable {
    private static final System.Logger LOG = System.getLogger("dev.millrace.streaming.checkpoint");
    private static final int KEPT = 2; // the owner and the one before it, for people
    private static final int KEPT_UNRECORDED = 100; // starts that fail one after the other leave one each

    /** The file by which a directory is known to be a backup, which no program takes. */
    public static final String BACKUP = "backup";

    private final FileStore store;
    private final CheckpointIdentity identity;
    private final List<CheckpointIdentity> predecessors;
    private final RunningCode code;
    private final Revocation revocation;

    private Ownership(
            FileStore store,
            CheckpointIdentity identity,
            List<CheckpointIdentity> predecessors,
            RunningCode code,
            Revocation revocation) {
        this.store = store;
        this.code = code;
        this.revocation = revocation;
        this.identity = identity;
        this.predecessors = predecessors;
    }

    /**
     * Takes a checkpoint. Of several programs that try at the same time one succeeds.
     *
     * @param takeover whether to take it from a program that lives, too
     * @param remedy what to do about such a program, for people
     * @param revocation by which the checkpoint can be given up from now on, though it is not yet taken
     * @throws CheckpointException if another program has it and {@code takeover} is false, or if its files are those of
     *     several checkpoints; then nothing is written
     */
    public static Ownership claim(FileStore store, boolean takeover, String remedy, Revocation revocation)
            throws IOException {
        checkIsNoBackup(store);
        Owners before = Owners.read(store);
        warnOfOthers(store, before);
        while (true) {
            long epoch = before.taken() + 1;
            UUID known = before.checkpointId(); // not under the lock: while it is held no other program can start
            UUID checkpointId = known == null ? UUID.randomUUID() : known;
            if (revocation.tryLock(store, Owners.path(epoch) + Owners.LOCK)) {
                CheckpointIdentity identity = new CheckpointIdentity(checkpointId, epoch, UUID.randomUUID());
                Ownership claimed = claimEpoch(store, before, identity, takeover, remedy, revocation);
                if (claimed != null) {
                    return claimed;
                }
            } else if (Owners.read(store).taken() + 1 == epoch) {
                if (!takeover) {
                    throw new CheckpointException("another program is just starting with the checkpoint "
                            + store.location() + ": let it have it; or, if it hangs, " + remedy);
                }
                passBy(store, before, new CheckpointIdentity(checkpointId, epoch, UUID.randomUUID()));
            }
            before = Owners.read(store); // another has started meanwhile
        }
    }

    /**
     * Checks that it is no backup. A program that took one would change it, and what is deleted there could not be restored any more.
     */
    private static void checkIsNoBackup(FileStore store) throws IOException {
        if (isBackup(store)) {
            throw new CheckpointException("the directory " + store.location()
                    + " is a backup of a checkpoint, which a program would change; restore it into a directory of its"
                    + " own: millrace checkpoint restore " + store.location() + " DIR");
        }
    }

    private static boolean isBackup(FileStore store) throws IOException {
        if (!store.list("").contains(BACKUP)) {
            return false;
        }
        try (InputStream manifest = store.open(BACKUP)) {
            return manifest.read() >= 0;
        } catch (IOException e) {
            return false; // a directory of that name
        }
    }

    /**
     * Takes the epoch of a program that has its lock and may hang before it has made its file, in that program's stead: if it
     * wakes up it finds its epoch taken. Without its file its process is not known.
     */
    private static void passBy(FileStore store, Owners before, CheckpointIdentity starting) throws IOException {
        create(store, before, starting.epoch(), Owner.unknown(starting));
    }

    /** Takes the epoch of an identity, whose lock is held; returns null if others were faster. */
    private static @Nullable Ownership claimEpoch(
            FileStore store,
            Owners before,
            CheckpointIdentity identity,
            boolean takeover,
            String remedy,
            Revocation revocation)
            throws IOException {
        boolean claimed = false;
        try {
            revocation.check(store);
            long last = identity.epoch()
                    - 1; // asking takes that lock for a moment, which misleads no other program: this one holds the
            // next lock
            boolean inUse = last > 0 && Owners.isLocked(store, last, Owners.LOCK);
            if (inUse && !takeover) {
                throw new CheckpointException("the checkpoint " + store.location() + " is in use by "
                        + who(before.newestOwner()) + "; " + remedy);
            }
            String owner = inUse ? before.newestOwner().toString() : "";
            RunningCode code = create(store, before, identity.epoch(), Owner.thisProcess(identity))
                    ? RunningCode.begin(store, identity, revocation.program())
                    : null;
            if (code != null) {
                if (inUse) {
                    LOG.log(
                            System.Logger.Level.INFO,
                            "the checkpoint " + store.location() + " is taken over from " + owner
                                    + ", which decides and publishes nothing any more");
                }
                Owners.forget(store, identity.epoch() - KEPT_UNRECORDED);
                claimed = true;
                return new Ownership(store, identity, before.of(identity.checkpointId()), code, revocation);
            }
            return null;
        } finally {
            if (!claimed) {
                revocation.release();
            }
        }
    }

    private static void warnOfOthers(FileStore store, Owners owners) {
        if (!owners.others().isEmpty()) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the directory " + store.location() + "/" + Owners.DIRECTORY + " holds " + owners.others()
                            + ", which no program wrote there; they are left alone");
        }
    }

    /** The files of a checkpoint, to be looked at. Nothing is locked. */
    public static CheckpointFiles filesIn(FileStore store) throws IOException {
        UUID checkpointId = Owners.read(store).checkpointId();
        return new CheckpointFiles(store, checkpointId == null ? CheckpointIdentity.NONE.checkpointId() : checkpointId);
    }

    /** The programs that have taken a checkpoint and whose files are still there, in order. Nothing is locked. */
    public static List<CheckpointIdentity> programRuns(FileStore store) throws IOException {
        Owners owners = Owners.read(store);
        UUID checkpointId = owners.checkpointId();
        return checkpointId == null ? List.of() : owners.of(checkpointId);
    }

    /** The paths of the files of the programs that have taken a checkpoint, of those files that are whole. Nothing is locked. */
    public static List<String> files(FileStore store) throws IOException {
        return programRuns(store).stream().map(run -> Owners.path(run.epoch())).toList();
    }

    /** The identity of a program that only looks at a checkpoint. Nothing is locked. */
    public static Epoch readerOf(FileStore store) throws IOException {
        return Epoch.unchecked(CheckpointIdentity.ofReader(filesIn(store).checkpointId()));
    }

    /** Makes the owner's file of a copy, which has none yet: the program that has made the copy was the last to write there. */
    public static void sign(FileStore copy, CheckpointIdentity by) throws IOException {
        create(copy, by.epoch(), Owner.thisProcess(by));
    }

    /** Writes the file of an owner. Returns false if others were faster, so that its number is not the highest, or the checkpoint has another id. */
    private static boolean create(FileStore store, Owners before, long epoch, Owner owner) throws IOException {
        if (!create(store, epoch, owner)) {
            return false;
        }
        if (!before.forgetUnknown()) {
            store.delete(Owners.path(epoch));
            return false;
        }
        return true;
    }

    private static boolean create(FileStore store, long epoch, Owner owner) throws IOException {
        try (FileStore.Appender file = store.create(Owners.path(epoch))) {
            file.append(owner.encode());
            file.sync();
        } catch (FileAlreadyExistsException e) {
            return false;
        }
        Owners later = Owners.after(store, epoch);
        if (!later.identities().isEmpty()) { // the file of that number was made, and forgotten, long ago
            store.delete(Owners.path(epoch));
        }
        // one that is not whole counts only behind a file, so that of this number stays: else each try would find it
        // again
        return later.epochs().isEmpty();
    }

    /**
     * Describes the program that took the checkpoint last, which may have ended since; null if none has taken it. Nothing is
     * locked.
     */
    public static @Nullable String last(FileStore store) throws IOException {
        Owners owners = Owners.read(store);
        return owners.newest() == 0 ? null : owners.newestOwner().toString();
    }

    @Override
    public CheckpointIdentity identity() {
        return identity;
    }

    /** The files of this checkpoint. */
    public CheckpointFiles files() {
        return new CheckpointFiles(store, identity.checkpointId());
    }

    /** The programs that had taken the checkpoint before this one, as far as their files were still there then, in order. */
    public List<CheckpointIdentity> predecessors() {
        return predecessors;
    }

    /** Deletes the files of earlier owners, once the journal says which programs they were. */
    public void forgetPredecessors() throws IOException {
        check();
        Owners.forget(store, number() - KEPT);
    }

    /**
     * A program that had taken the checkpoint before this one and runs code that may publish.
     *
     * @param who the name of the program, for people
     * @param end what to do if its code does not end, for people
     */
    public record Running(long epoch, String who, String end) {}

    /** The programs before this one that run code which may publish now, in order. No other can be added to them later. */
    public List<Running> runningBefore() throws IOException {
        return running(store, number());
    }

    /** The programs that run code which may publish now, in order. Each lock is held for the moment of asking. */
    public static List<Running> running(FileStore store) throws IOException {
        return running(store, Long.MAX_VALUE);
    }

    private static List<Running> running(FileStore store, long before) throws IOException {
        List<Running> all = new ArrayList<>();
        for (long epoch : RunningCode.before(store, before)) {
            Owner owner = Owners.owner(store, epoch);
            all.add(running(epoch, owner == null ? Owner.UNKNOWN : owner));
        }
        return all;
    }

    private static Running running(long epoch, Owner owner) {
        boolean here = RunningCode.ofThisProcess(owner) != null;
        return new Running(epoch, who(owner), here ? "end this process" : "end that process");
    }

    /** Names a program of this process, which cannot be told by its process. */
    private static String who(Owner owner) {
        String program = RunningCode.ofThisProcess(owner);
        return program == null ? owner.toString() : "the " + program + " of this process since " + owner.since();
    }

    /** Something that is being published. */
    public interface Publication extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Begins to publish a decided batch. Until that has ended no roll back passes the batch, also if this is given up or
     * closed meanwhile.
     *
     * @throws CheckpointException if it was before
     */
    public Publication publication() {
        checkNotRevoked();
        Publication begun = code.publication();
        if (begun == null) {
            throw new CheckpointException("the program has closed the checkpoint " + store.location()
                    + " before it could publish what it had decided; the next start publishes that");
        }
        return begun;
    }

    /**
     * Gives the checkpoint up while threads of the program may still go on: they are refused from here on, and another program
     * may take it.
     */
    public void revoke() {
        revocation.revoke();
        code.close();
    }

    /** Throws if this program has given the checkpoint up; nothing is read. */
    public void checkNotRevoked() {
        revocation.check(store);
    }

    @Override
    public void check() throws IOException {
        checkNotRevoked();
        Owner own = Owners.owner(store, number());
        Owners later = Owners.after(store, number()); // last: it tells of takeovers until now
        if (later.newest() > number()) {
            throw new CheckpointException("the checkpoint " + store.location() + " was taken over by "
                    + later.newestOwner()
                    + "; this program decides and publishes nothing any more: stop it, or take the checkpoint back");
        }
        if (own == null || !identity.equals(own.identity())) { // another program may have begun anew there
            throw new CheckpointException("the checkpoint " + store.location()
                    + " was deleted, moved away or replaced while this program ran: " + Owners.path(number())
                    + (own == null ? ", which the program made, is gone" : " is now of " + own)
                    + "; this program decides and publishes nothing any more: stop it, put the directory back, and"
                    + " start the program again");
        }
    }

    /**
     * The same after something has failed, which may be because another program had taken over: then that is to be told.
     *
     * @param failure is suppressed then
     */
    public void checkAfter(Throwable failure) {
        try {
            check();
        } catch (CheckpointException fenced) {
            fenced.addSuppressed(failure);
            throw fenced;
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    @Override
    public void close() {
        try {
            code.close(); // first: a program that finds the checkpoint free must find no such code either
        } finally {
            revocation.release();
        }
    }
}
