/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.log.CheckpointIdentity;
import dev.millrace.internal.log.LogDirectory;
import dev.millrace.internal.log.LogSegments;
import dev.millrace.internal.log.LogWriter;
import dev.millrace.internal.owner.OwnersVerification;
import dev.millrace.internal.owner.Ownership;
import dev.millrace.internal.owner.Revocation;
import dev.millrace.streaming.CheckpointVerification.State;
import dev.millrace.testkit.FaultyFileStore;
import dev.millrace.testkit.FileFault;
import dev.millrace.testkit.FileOperation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Many programs that take one directory, from when it is new, each in the middle of any operation of another on the disk: the
 * right to write, the checkpoint's id and the journal, without the rest of a program, so that a life takes no time.
 */
@Timeout(3600)
@ExtendWith(QuietLog.class)
class ManyStartsTest {
    private static final int MOST_DEEP = 5;
    private static final long SPREAD = 0x9E3779B97F4A7C15L; // the first numbers of near seeds are alike

    private static final class Starts {
        private final List<String> history = new ArrayList<>();
        private final List<String> reliedOn = new ArrayList<>(); // frames that are durable and decided
        private final Random random;
        private FaultyFileStore disk;
        private FileFault fault = (operation, path) -> {};
        private @Nullable CheckpointIdentity last; // who has relied on something
        private int left = 14;
        private int depth;

        Starts(FaultyFileStore disk, long seed) {
            random = new Random(seed * SPREAD);
            mount(disk);
        }

        private void mount(FaultyFileStore next) {
            disk = next;
            fault = (operation, path) -> {};
            disk.fault((operation, path) -> {
                if (depth > 0 && depth < MOST_DEEP && left > 0 && random.nextInt(7) == 0) {
                    start();
                }
                fault.before(operation, path);
            });
        }

        void live() {
            while (left > 0) {
                if (random.nextInt(3) == 0) {
                    disk.powerFailsAt(1 + random.nextInt(40));
                } else if (random.nextInt(4) == 0) {
                    FileOperation[] operations = FileOperation.values();
                    FileOperation operation = operations[random.nextInt(operations.length)];
                    fault = FileFault.failing(operation, "", 1 + random.nextInt(6));
                    history.add(operation + " fails");
                }
                start();
                if (disk.isDead()) {
                    boolean killed = random.nextBoolean();
                    history.add(killed ? "KILLED" : "POWER FAILURE");
                    mount(killed ? disk.afterKill() : disk.afterPowerFailure(random.nextLong()));
                }
                fault = (operation, path) -> {};
                check(disk.copy());
                check(disk.ifPowerFailed(random.nextLong()));
            }
        }

        private void start() {
            left--;
            depth++;
            int number = left;
            history.add("START " + number + " at " + depth);
            try (Ownership own = Ownership.claim(disk, random.nextInt(4) > 0, "stop it", new Revocation())) {
                history.add(
                        number + " is " + own.number() + " of " + own.identity().checkpointId());
                try {
                    write(own);
                } catch (CheckpointException | IOException e) {
                    own.checkAfter(e); // as a start does
                    throw e;
                }
            } catch (CheckpointException | IOException e) {
                history.add(number + " ends: " + Simulation.withoutProcess(e));
                if (!Simulation.isInjected(e) && !Simulation.isFenced(e) && !Simulation.isClaiming(e)) {
                    assertThat(e).hasMessageMatching(".* (is in use by|was deleted, moved away or replaced) .*");
                }
            } finally {
                depth--;
            }
        }

        private static LogDirectory journal(FaultyFileStore disk) throws IOException {
            return new LogDirectory(Ownership.filesIn(disk), "journal", "a journal");
        }

        private void write(Ownership own) throws IOException {
            LogSegments segments = LogSegments.of(new LogDirectory(own.files(), "journal", "a journal"))
                    .deleteUnstarted(own.number());
            LogSegments.Read read = read(segments, new ArrayList<>());
            long number = read == null ? 0 : read.last().number();
            try (LogWriter log = new LogWriter(segments, read, number, 600, own)) {
                for (int i = random.nextInt(5); i >= 0; i--) {
                    String frame = own.number() + "/" + i;
                    log.append(frame.getBytes(StandardCharsets.UTF_8));
                    log.sync();
                    log.check();
                    history.add(frame + " counts");
                    reliedOn.add(frame);
                    last = own.identity();
                }
                own.forgetPredecessors();
            }
        }

        private static LogSegments.@Nullable Read read(LogSegments segments, List<String> frames) throws IOException {
            return segments.read(
                    0,
                    Long.MAX_VALUE,
                    missing -> {
                        throw new AssertionError("there is no segment " + missing);
                    },
                    (file, at, frame) -> frames.add(new String(frame, StandardCharsets.UTF_8)));
        }

        private void check(FaultyFileStore image) {
            try {
                List<String> frames = new ArrayList<>();
                read(LogSegments.of(journal(image)), frames);
                if (last != null) {
                    assertThat(frames).as("what counts is there, in order").containsSubsequence(reliedOn);
                    assertThat(Ownership.filesIn(image).checkpointId()).isEqualTo(last.checkpointId());
                }
                assertThat(OwnersVerification.of(Ownership.filesIn(image)))
                        .allSatisfy(report -> assertThat(report.state()).isNotEqualTo(State.DAMAGED));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    private static void live(long from, long count) {
        Lives.live(from, count, seed -> {
            Starts starts = new Starts(seed % 2 == 0 ? new FaultyFileStore() : FaultyFileStore.withoutAppend(), seed);
            Lives.tell(seed, starts.history, starts::live);
        });
    }

    @Test
    void shouldAgreeOnOneIdAndKeepWhatCounts() {
        live(0, 1_000);
    }

    @Test
    @Tag("long")
    void shouldAgreeOnOneIdAndKeepWhatCountsInVeryManyLives() {
        live(1_000, 100_000);
    }
}
