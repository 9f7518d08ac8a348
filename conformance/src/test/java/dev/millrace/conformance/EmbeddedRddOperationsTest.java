/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.error.CancelledException;
import dev.millrace.rdd.RDD;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedRddOperationsTest extends RddOperationsContract {
    @Override
    String master() {
        return "local[2]";
    }

    @Test
    @Timeout(60)
    void shouldEndACommandThatNeverHearsNorAnswersWhenItsJobIsCancelled(@TempDir Path directory) throws Exception {
        Path started = directory.resolve("started");
        RDD<String> stuck = context.parallelize(List.of("a"), 1)
                .flatMap(text -> List.of(text.repeat(1 << 20), text).iterator()) // more than a pipe takes
                .pipe(List.of(
                        "sh",
                        "-c",
                        "echo $$ > " + started + ".tmp; mv " + started + ".tmp " + started + "; sleep 1000"));
        CompletableFuture<Object> ended = new CompletableFuture<>();
        Thread program = new Thread(() -> {
            try {
                ended.complete(stuck.collect());
            } catch (Throwable e) {
                ended.completeExceptionally(e);
            }
        });
        program.start();
        while (!Files.exists(started)) {
            Thread.onSpinWait();
        }
        ProcessHandle command = ProcessHandle.of(
                        Long.parseLong(Files.readString(started).strip()))
                .orElseThrow();
        program.interrupt();
        assertThatThrownBy(() -> ended.get(30, TimeUnit.SECONDS)).hasCauseInstanceOf(CancelledException.class);
        assertThat(command.onExit().get(30, TimeUnit.SECONDS).isAlive()).isFalse();
    }
}
