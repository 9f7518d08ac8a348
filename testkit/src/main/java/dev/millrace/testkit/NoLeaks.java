/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A JUnit extension that fails a test which leaves something behind: threads of Millrace, and so contexts that were not
 * closed, and open files under the temporary directory of the process where the system tells (Linux). For {@code
 * @ExtendWith(NoLeaks.class)}. Threads that are ending are waited for; what was there before the test is not its fault.
 */
public final class NoLeaks implements BeforeEachCallback, AfterEachCallback {
    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(NoLeaks.class);
    private static final Path OPEN_FILES = Path.of("/proc/self/fd");
    private static final long PATIENCE_MILLIS = 5_000;

    @Override
    public void beforeEach(ExtensionContext test) {
        test.getStore(NAMESPACE).put(Held.class, Held.now());
    }

    @Override
    public void afterEach(ExtensionContext test) throws InterruptedException {
        Held before = test.getStore(NAMESPACE).get(Held.class, Held.class);
        List<String> leaks = before == null ? List.of() : before.leaks(PATIENCE_MILLIS);
        if (!leaks.isEmpty()) {
            throw new AssertionError("the test leaves something behind:\n  " + String.join("\n  ", leaks));
        }
    }

    /** The threads and files that there are at one time. */
    record Held(Set<Thread> threads, Set<String> files) {
        static Held now() {
            return new Held(Set.copyOf(liveThreads()), openFiles());
        }

        /** Lists the threads and files that were added since; a thread has {@code patience} to end. */
        List<String> leaks(long patience) throws InterruptedException {
            List<String> leaks = new ArrayList<>();
            for (Thread thread : liveThreads()) {
                if (!threads.contains(thread)) {
                    thread.join(patience);
                    if (thread.isAlive()) {
                        leaks.add("the thread " + thread.getName() + " still runs; close the context that started it");
                    }
                }
            }
            for (String file : openFiles()) {
                if (!files.contains(file)) {
                    leaks.add("the file " + file + " is still open");
                }
            }
            return leaks;
        }
    }

    private static List<Thread> liveThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("millrace-"))
                .toList();
    }

    private static Set<String> openFiles() {
        Set<String> files = new TreeSet<>();
        if (!Files.isDirectory(OPEN_FILES)) {
            return files;
        }
        Path temporary = Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath();
        try (Stream<Path> open = Files.list(OPEN_FILES)) {
            for (Path link : open.toList()) {
                target(link, temporary, files);
            }
        } catch (IOException e) {
            files.clear(); // the system does not tell
        }
        return files;
    }

    private static void target(Path link, Path temporary, Set<String> files) {
        try {
            Path file = Files.readSymbolicLink(link);
            if (file.startsWith(temporary) && !file.toString().endsWith(".jar")) {
                files.add(file.toString());
            }
        } catch (IOException e) {
            // closed meanwhile
        }
    }
}
