/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
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
        test.getStore(NAMESPACE).put("threads", Set.copyOf(threads()));
        test.getStore(NAMESPACE).put("files", openFiles());
    }

    @Override
    public void afterEach(ExtensionContext test) throws InterruptedException {
        Set<?> threadsBefore = test.getStore(NAMESPACE).getOrDefault("threads", Set.class, Set.of());
        Set<?> filesBefore = test.getStore(NAMESPACE).getOrDefault("files", Set.class, Set.of());
        List<String> leaks = new ArrayList<>();
        for (Thread thread : threads()) {
            if (!threadsBefore.contains(thread)) {
                TimeUnit.MILLISECONDS.timedJoin(thread, PATIENCE_MILLIS);
                if (thread.isAlive()) {
                    leaks.add("the thread " + thread.getName() + " still runs; close the context that started it");
                }
            }
        }
        Set<String> files = openFiles();
        files.removeIf(filesBefore::contains);
        files.forEach(file -> leaks.add("the file " + file + " is still open"));
        if (!leaks.isEmpty()) {
            throw new AssertionError("the test leaves something behind:\n  " + String.join("\n  ", leaks));
        }
    }

    private static List<Thread> threads() {
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
            for (Path link : open.collect(Collectors.toList())) {
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
