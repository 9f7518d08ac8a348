/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** A program with a heap of 256 MB among hostile peers: what honest ones sent is counted exactly, and nothing grows. */
class HostilePeersSoakTest {
    private static final long MEGABYTE = 1 << 20;
    private static final long MOST_DELAY = 20_000; // ms

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path root;

    private SoakRun soak(long seed, Duration time, Conditions conditions) throws Exception {
        System.out.println("millrace.soak.seed=" + seed);
        SoakRun run = new SoakRun(new SoakPlace(root), new Random(seed), time, conditions);
        try (run) {
            run.run();
            run.mustBeExact();
            assertThat(new SoakPlace(root).left()).isEmpty();
            ProgramLog log = new ProgramLog(new SoakPlace(root).log());
            log.warnings().forEach((warning, times) -> System.out.printf("soak: %d times%s%n", times, warning));
            log.mustHaveNoErrors();
        }
        return run;
    }

    private static List<Long> told(SoakRun run, ToLongFunction<Sample> value) {
        return run.longLife().stream().map(value::applyAsLong).toList();
    }

    @Test
    @Tag("soak")
    void shouldBeExactAndFlatAmongHostilePeers() throws Exception {
        SoakRun run = soak(
                Long.getLong("millrace.soak.seed", new Random().nextLong()),
                Duration.ofMinutes(Long.getLong("millrace.soak.minutes", 60)),
                Conditions.STEADY);
        new Flatness(1.15, 8 * MEGABYTE).check("heap", told(run, Sample::heap));
        new Flatness(1, 3).check("threads", told(run, Sample::threads));
        new Flatness(1, 10).check("file descriptors", told(run, Sample::files));
        new Flatness(1.5, 16 * MEGABYTE).check("bytes kept", run.sizes());
        new Flatness(2, 2000).check("delay", told(run, Sample::delay));
        run.mustKeepUp();
        assertThat(told(run, Sample::delay)).allMatch(delay -> delay < MOST_DELAY);
    }

    /** It cannot keep up with that, but nothing is lost, and nothing grows. */
    @Test
    @Tag("soak")
    void shouldBeExactInHalfOfTheHeapAmongBlocksOfMillionsOfNulls() throws Exception {
        SoakRun run = soak(
                Long.getLong("millrace.soak.seed", new Random().nextLong()),
                Duration.ofMinutes(Long.getLong("millrace.soak.minutes", 60)).dividedBy(6),
                Conditions.FLOODED);
        new Flatness(1, 3).check("threads", told(run, Sample::threads));
        new Flatness(1, 10).check("file descriptors", told(run, Sample::files));
    }

    @Test
    @Tag("full")
    void shouldBeExactAmongHostilePeersForHalfAMinute() throws Exception {
        soak(20_261_130, Duration.ofSeconds(30), Conditions.STEADY);
    }
}
