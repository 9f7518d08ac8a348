/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.spi.FileStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Tests the contract of a {@link FileStore}. A test of your own store extends this and gives an empty one. Durability
 * cannot be seen from inside a process, so this does not show it.
 */
public abstract class FileStoreContract {
    private static final int THREADS = 4;

    /** A store on an empty directory, the same directory each time within a test; each has handles of its own. */
    protected abstract FileStore store() throws IOException;

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void write(FileStore store, String path, String text) throws IOException {
        try (FileStore.Appender file = store.create(path)) {
            file.append(bytes(text));
            file.sync();
        }
    }

    private static String read(FileStore store, String path) throws IOException {
        try (InputStream in = store.open(path)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void shouldListNothingWhenThereIsNoSuchDirectory() throws IOException {
        assertEquals(List.of(), store().list("a"));
    }

    @Test
    void shouldListNamesInOrderOfFilesAndDirectories() throws IOException {
        FileStore store = store();
        write(store, "a/2", "");
        write(store, "a/10", "");
        write(store, "a/b/c", "");
        write(store, "ab", "");

        assertEquals(List.of("10", "2", "b"), store.list("a"));
        assertEquals(List.of("c"), store.list("a/b"));
    }

    @Test
    void shouldReadWhatWasAppended() throws IOException {
        FileStore store = store();
        try (FileStore.Appender file = store.create("a/b")) {
            byte[] reused = bytes("-two-");
            file.append(bytes("one "));
            file.append(reused, 1, 3);
            Arrays.fill(reused, (byte) '!');
            if (store.canAppend()) {
                assertEquals("one two", read(store, "a/b"), "what is appended is seen before it is synced");
            } else {
                assertEquals(List.of(), store.list("a"), "nothing is seen before it is synced");
            }
            file.sync();
        }
        assertEquals("one two", read(store(), "a/b"));
    }

    @Test
    void shouldReadFromAByteOn() throws IOException {
        FileStore store = store();
        write(store, "a", "0123456789");
        for (int offset : new int[] {0, 3, 10, 11}) {
            try (InputStream in = store.open("a", offset)) {
                assertArrayEquals(bytes("0123456789".substring(Math.min(10, offset))), in.readAllBytes());
            }
        }
    }

    @Test
    void shouldReadMuch() throws IOException {
        FileStore store = store();
        byte[] much = new byte[300_000];
        new Random(1).nextBytes(much);
        try (FileStore.Appender file = store.create("a")) {
            file.append(much);
            file.append(much, 1, much.length - 1);
            file.sync();
        }
        try (InputStream in = store.open("a", 299_999)) {
            assertEquals(much[299_999], (byte) in.read());
            assertArrayEquals(Arrays.copyOfRange(much, 1, much.length), in.readAllBytes());
        }
    }

    @Test
    void shouldFailToOpenWhatIsNotThere() {
        assertThrows(IOException.class, () -> store().open("a").close());
        assertThrows(IOException.class, () -> store().open("a", 1).close());
    }

    @Test
    void shouldFailToCreateWhatIsThere() throws IOException {
        FileStore store = store();
        write(store, "a", "first");

        assertThrows(FileAlreadyExistsException.class, () -> write(store, "a", "second"));
        assertEquals("first", read(store, "a"));
    }

    @Test
    void shouldFailToMakeWhatAnotherHasMadeMeanwhile() throws IOException {
        FileStore store = store();
        if (store.canAppend()) {
            return; // the name is taken when the file is begun
        }
        try (FileStore.Appender file = store.create("a")) {
            file.append(bytes("second"));
            write(store(), "a", "first");
            assertThrows(FileAlreadyExistsException.class, file::sync);
        }
        assertEquals("first", read(store, "a"));
    }

    @Test
    void shouldRenameAFile() throws IOException {
        FileStore store = store();
        write(store, "a/one", "1");
        store.rename("a/one", "a/two");

        assertEquals(List.of("two"), store.list("a"));
        assertEquals("1", read(store, "a/two"));
    }

    @Test
    void shouldRenameADirectory() throws IOException {
        FileStore store = store();
        write(store, "a/building/x", "x");
        write(store, "a/building/y/z", "z");
        store.rename("a/building", "a/1");

        assertEquals(List.of("1"), store.list("a"));
        assertEquals("x", read(store, "a/1/x"));
        assertEquals("z", read(store, "a/1/y/z"));
    }

    @Test
    void shouldFailToRenameWhatIsNotThere() {
        assertThrows(IOException.class, () -> store().rename("a", "b"));
    }

    @Test
    void shouldDeleteFilesAndDirectories() throws IOException {
        FileStore store = store();
        write(store, "a/b/c", "");
        write(store, "a/b/d/e", "");
        write(store, "a/f", "");
        store.delete("a/b");
        assertEquals(List.of("f"), store.list("a"));
        store.delete("a/f");
        assertEquals(List.of(), store.list("a"));
        store.delete("a/f");
        store.delete("nothing");
    }

    @Test
    void shouldCreateAgainWhatWasDeleted() throws IOException {
        FileStore store = store();
        write(store, "a/b", "old");
        store.delete("a/b");
        write(store, "a/b", "new");

        assertEquals("new", read(store, "a/b"));
    }

    @Test
    void shouldSyncFilesAndDirectories() throws IOException {
        FileStore store = store();
        write(store, "a/b", "1");
        store.sync("a/b");
        store.delete("a/b");
        write(store, "a/c", "2");
        store.sync("a");

        assertEquals(List.of("c"), store.list("a"));
        assertEquals("2", read(store, "a/c"));
    }

    @Test
    void shouldGoOnWritingWhenTheThreadIsInterrupted() throws IOException {
        FileStore store = store();
        try (FileStore.Appender file = store.create("a")) {
            file.append(bytes("one "));
            Thread.currentThread().interrupt();
            file.append(bytes("two "));
            file.sync();
            assertTrue(Thread.interrupted());
            if (store.canAppend()) {
                file.append(bytes("three"));
                file.sync();
            }
        } finally {
            Thread.interrupted();
        }
        assertEquals(store.canAppend() ? "one two three" : "one two ", read(store, "a"));
    }

    @Test
    void shouldLockANameOnce() throws IOException {
        try (FileStore.Lock lock = store().tryLock("a/one")) {
            assertNotNull(lock);
            assertNull(store().tryLock("a/one"));
            try (FileStore.Lock other = store().tryLock("a/two")) {
                assertNotNull(other);
            }
            assertNull(store().tryLock("a/one"), "what another had asked for is locked still");
        }
        try (FileStore.Lock again = store().tryLock("a/one")) {
            assertNotNull(again);
        }
    }

    @Test
    void shouldLetOneOfSeveralThreadsCreateAFile() throws Exception {
        FileStore store = store();
        List<Integer> created = inThreads(thread -> {
            try (FileStore.Appender file = store.create("a/same")) {
                file.append(bytes("x"));
                file.sync();
                return 1;
            } catch (FileAlreadyExistsException e) {
                return 0;
            }
        });
        assertEquals(1, created.stream().mapToInt(one -> one).sum());
    }

    @Test
    void shouldServeSeveralThreads() throws Exception {
        FileStore store = store();
        List<Integer> wrong = inThreads(thread -> {
            String path = "a" + thread % 3 + "/b/" + thread;
            write(store, path, path);
            store.list("a1");
            return read(store, path).equals(path) ? 0 : 1;
        });
        assertEquals(0, wrong.stream().mapToInt(one -> one).sum());
    }

    private interface Work {
        int run(int thread) throws IOException;
    }

    private static List<Integer> inThreads(Work work) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Callable<Integer>> calls = new ArrayList<>();
            for (int i = 0; i < 8 * THREADS; i++) {
                int thread = i;
                calls.add(() -> work.run(thread));
            }
            List<Integer> results = new ArrayList<>();
            for (Future<Integer> done : threads.invokeAll(calls, 60, TimeUnit.SECONDS)) {
                results.add(done.get());
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }
}
