/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.testkit.NoLeaks.Held;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(NoLeaks.class)
class NoLeaksTest {
    @Test
    void shouldNameAThreadThatGoesOn() throws InterruptedException {
        Held before = Held.now();
        CountDownLatch end = new CountDownLatch(1);
        Thread left = new Thread(
                () -> {
                    try {
                        end.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "millrace-test");
        left.start();
        try {
            assertThat(before.leaks(1))
                    .containsExactly("the thread millrace-test still runs; close the context that started it");
        } finally {
            end.countDown();
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void shouldNameAFileThatIsOpen(@TempDir Path directory) throws IOException, InterruptedException {
        Held before = Held.now();
        Path file = directory.resolve("open");
        try (OutputStream out = Files.newOutputStream(file)) {
            out.write(1);
            assertThat(before.leaks(1)).containsExactly("the file " + file + " is still open");
        }
        assertThat(before.leaks(1)).isEmpty();
    }

    @Test
    void shouldSeeAContextThatIsClosedAsClosed() throws InterruptedException {
        Held before = Held.now();
        try (StreamTestDriver driver = StreamTestDriver.of(WordCount::build)) {
            driver.input("lines").partitions(8).batchOf(List.of("a", "b"));
            driver.advanceBatch();
        }
        assertThat(before.leaks(5_000)).isEmpty();
    }
}
