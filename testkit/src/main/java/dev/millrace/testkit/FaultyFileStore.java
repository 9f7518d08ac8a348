/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit;

import dev.millrace.spi.FileStore;
import dev.millrace.testkit.internal.FileContent;
import dev.millrace.testkit.internal.ModelDisk;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Files in memory on a disk that fails when it is told to. Give it to a program by {@link StreamTestSetup#fileStore}.
 *
 * <p>It knows what of each file, and which entries of its directories, would survive a power failure: what was synced. A
 * file's entry is made durable with its bytes at the latest, a deletion with a sync of the directory; a rename is durable at
 * once and in one step. Without faults it keeps to the contract of {@link FileStore}.
 *
 * <p>{@link #withoutAppend} is a store that {@linkplain FileStore#canAppend cannot append}, such as an object store: a file is
 * there, durable, when it is synced. A sync that fails may have made it all the same, as an answer may be lost.
 *
 * <p>What goes wrong is said by {@link #fault}, {@link #room} and {@link #powerFailsAt}. An append that fails leaves the
 * first half of its bytes. What a sync that fails was to write may be lost even if a later sync succeeds, as on Linux.
 * {@link #afterPowerFailure} and {@link #afterKill} give the disk that the next start finds, and leave this one dead: a
 * program that still holds it changes nothing any more.
 *
 * <p>Safe for several threads; an operation that a fault makes wait holds up no other.
 */
public final class FaultyFileStore implements FileStore {
    private static final FileFault NONE = (operation, path) -> {};
    private static final long SPREAD = 0x9E3779B97F4A7C15L; // the first numbers of near seeds are alike

    private final ModelDisk disk;
    private final boolean appends;
    private final AtomicLong operations = new AtomicLong();
    private volatile FileFault fault = NONE;
    private volatile long lastOperation = Long.MAX_VALUE;
    private volatile boolean dead;
    private long room = Long.MAX_VALUE;
    private final Set<String> locked = new HashSet<>();

    /** An empty disk. */
    public FaultyFileStore() {
        this(new ModelDisk(), true);
    }

    private FaultyFileStore(ModelDisk disk, boolean appends) {
        this.disk = disk;
        this.appends = appends;
    }

    /** An empty store in which a file does not grow after it was synced. */
    public static FaultyFileStore withoutAppend() {
        return new FaultyFileStore(new ModelDisk(), false);
    }

    @Override
    public boolean canAppend() {
        return appends;
    }

    /** From now on {@code next} decides about each operation, and what was said before does not. */
    public FaultyFileStore fault(FileFault next) {
        fault = next;
        return this;
    }

    /** From now on nothing is decided to fail. What is full stays full. */
    public FaultyFileStore noFault() {
        return fault(NONE);
    }

    /**
     * The disk takes so many bytes more; the append that goes beyond leaves what fits and fails. {@link Long#MAX_VALUE}
     * for no bound.
     */
    public synchronized FaultyFileStore room(long bytes) {
        room = bytes;
        return this;
    }

    /** Of all operations from now on, the {@code nth} and all after it fail, and change nothing. */
    public FaultyFileStore powerFailsAt(long nth) {
        lastOperation = operations.get() + nth - 1;
        return this;
    }

    /** The number of operations that were asked for so far. */
    public long operations() {
        return operations.get();
    }

    /** Returns whether the power has failed or the process is taken for dead. */
    public boolean isDead() {
        return dead || operations.get() > lastOperation;
    }

    /**
     * The disk after a power failure now, or at {@link #powerFailsAt}: one of those that are possible, chosen by the seed.
     * This one is dead.
     */
    public synchronized FaultyFileStore afterPowerFailure(long seed) {
        dead = true;
        return ifPowerFailed(seed);
    }

    /** Like {@link #afterPowerFailure}, to be looked at: this one goes on. */
    public synchronized FaultyFileStore ifPowerFailed(long seed) {
        return new FaultyFileStore(disk.afterPowerFailure(new Random(seed * SPREAD)), appends);
    }

    /** The disk after the end of the process alone: what it wrote is seen, and is as durable as before. This one is dead. */
    public synchronized FaultyFileStore afterKill() {
        dead = true;
        return new FaultyFileStore(disk.afterKill(), appends);
    }

    /** The same files, all durable, on a disk of their own. */
    public synchronized FaultyFileStore copy() {
        FaultyFileStore copy = new FaultyFileStore(new ModelDisk(), appends);
        for (String path : disk.files()) {
            copy.write(path, read(path));
        }
        return copy;
    }

    /** The paths of all files, sorted. */
    public synchronized List<String> files() {
        return disk.files();
    }

    /** The bytes of a file; no fault decides about this. */
    public synchronized byte[] read(String path) {
        try {
            return disk.content(path).toBytes();
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException("there is no file " + path + "; there are " + disk.files());
        }
    }

    /** Puts other bytes into a file, or makes it, durably; no fault decides about this. */
    public synchronized void write(String path, byte[] bytes) {
        disk.put(path, bytes);
    }

    /** Takes a file away, durably; no fault decides about this. */
    public synchronized void remove(String path) {
        read(path);
        disk.remove(path);
    }

    /** Damages a byte: the bits that are set in {@code mask} change. */
    public synchronized void flip(String path, int at, int mask) {
        byte[] bytes = read(path);
        bytes[at] ^= (byte) mask;
        write(path, bytes);
    }

    /** Cuts a file off. */
    public synchronized void truncate(String path, int length) {
        write(path, Arrays.copyOf(read(path), length));
    }

    private void before(FileOperation operation, String path) throws IOException {
        if (operations.incrementAndGet() > lastOperation || dead) {
            throw new IOException("the power has failed");
        }
        fault.before(operation, path);
        checkAlive(); // it may have waited
    }

    private void checkAlive() throws IOException {
        if (isDead()) {
            throw new IOException("the power has failed");
        }
    }

    @Override
    public List<String> list(String directory) throws IOException {
        before(FileOperation.LIST, directory);
        synchronized (this) {
            return disk.list(directory);
        }
    }

    @Override
    public InputStream open(String path) throws IOException {
        before(FileOperation.OPEN, path);
        synchronized (this) {
            return new ByteArrayInputStream(disk.content(path).toBytes());
        }
    }

    @Override
    public Appender create(String path) throws IOException {
        before(FileOperation.CREATE, path);
        synchronized (this) {
            checkRoom();
            return appends ? new Writing(path, disk.create(path)) : new Sending(path);
        }
    }

    private void checkRoom() throws IOException {
        if (room <= 0) {
            throw new IOException("No space left on device");
        }
    }

    @Override
    public void rename(String from, String to) throws IOException {
        before(FileOperation.RENAME, from);
        synchronized (this) {
            checkRoom();
            disk.rename(from, to);
        }
    }

    @Override
    public void delete(String path) throws IOException {
        before(FileOperation.DELETE, path);
        synchronized (this) {
            disk.delete(path);
        }
    }

    @Override
    public void sync(String path) throws IOException {
        before(FileOperation.SYNC, path);
        synchronized (this) {
            disk.sync(path);
        }
    }

    @Override
    public @Nullable Lock tryLock(String path) throws IOException {
        before(FileOperation.LOCK, path);
        synchronized (this) {
            return locked.add(path) ? () -> unlock(path) : null;
        }
    }

    private synchronized void unlock(String path) {
        locked.remove(path);
    }

    @Override
    public String location() {
        return "memory";
    }

    @Override
    public String toString() {
        return files().toString();
    }

    private final class Writing implements Appender {
        private final String path;
        private final FileContent content;

        Writing(String path, FileContent content) {
            this.path = path;
            this.content = content;
        }

        @Override
        public void append(byte[] bytes) throws IOException {
            append(bytes, 0, bytes.length);
        }

        @Override
        public void append(byte[] bytes, int offset, int length) throws IOException {
            try {
                before(FileOperation.APPEND, path);
            } catch (IOException e) {
                write(bytes, offset, length / 2);
                throw e;
            }
            write(bytes, offset, length);
        }

        private void write(byte[] bytes, int offset, int length) throws IOException {
            synchronized (FaultyFileStore.this) {
                checkAlive();
                int fits = (int) Math.min(length, Math.max(0, room));
                content.append(bytes, offset, fits);
                room -= room == Long.MAX_VALUE ? 0 : fits;
                if (fits < length) {
                    throw new IOException("No space left on device");
                }
            }
        }

        @Override
        public void sync() throws IOException {
            try {
                before(FileOperation.SYNC, path);
            } catch (IOException e) {
                synchronized (FaultyFileStore.this) {
                    checkAlive(); // or it was never asked to sync
                    content.failSync();
                }
                throw e;
            }
            synchronized (FaultyFileStore.this) {
                disk.sync(content);
            }
        }

        @Override
        public void close() {}
    }

    /** A file of a store that cannot append. */
    private final class Sending implements Appender {
        private final String path;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private boolean sent;

        Sending(String path) throws FileAlreadyExistsException {
            this.path = path;
            if (disk.files().contains(path)) {
                throw new FileAlreadyExistsException(path);
            }
        }

        @Override
        public void append(byte[] more) throws IOException {
            append(more, 0, more.length);
        }

        @Override
        public void append(byte[] more, int offset, int length) throws IOException {
            before(FileOperation.APPEND, path);
            if (sent) {
                throw new IOException(path + " is there, and this store cannot append");
            }
            bytes.write(more, offset, length);
        }

        @Override
        public void sync() throws IOException {
            try {
                before(FileOperation.SYNC, path);
            } catch (IOException e) {
                if (operations.get() % 2 == 0) {
                    send(); // and the answer was lost
                }
                throw e;
            }
            send();
        }

        private void send() throws IOException {
            synchronized (FaultyFileStore.this) {
                checkAlive();
                if (sent) {
                    throw new IOException(path + " is there, and this store cannot append");
                }
                if (bytes.size() > room) {
                    throw new IOException("No space left on device");
                }
                FileContent content = disk.create(path);
                content.append(bytes.toByteArray(), 0, bytes.size());
                disk.sync(content);
                room -= room == Long.MAX_VALUE ? 0 : bytes.size();
                sent = true;
            }
        }

        @Override
        public void close() {
            // a file that was not sent was never there
        }
    }
}
