/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.checkpoint.Rollback;
import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.CheckpointVerification;
import dev.millrace.testkit.FaultyFileStore;
import dev.millrace.testkit.StreamTestDriver;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A checkpoint with a past of four starts and a roll back is damaged at random, once or twice. The next start goes on as if
 * nothing had been, and so does the one after it, or it is refused and has changed nothing that readers see; then it goes on when the damage is undone. It never
 * gives other results, never fails in another way, and never hangs.
 */
@Timeout(600)
@ExtendWith(QuietLog.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RandomDamageTest {
    private static final long SPREAD = 0x9E3779B97F4A7C15L;

    private Map<String, String> uninterrupted = Map.of();
    private final List<Scene> images = new ArrayList<>(); // of one life, the oldest first
    private final List<FaultyFileStore> foreign = new ArrayList<>();

    @BeforeAll
    void live() {
        uninterrupted = Scene.uninterrupted();
        images.addAll(life(Scene.empty()));
        life(Scene.withNumbers(7)).forEach(scene -> foreign.add(scene.disk()));
    }

    /** Copies of the disk after each batch, also while the program runs; the last is of when it had stopped. */
    private static List<Scene> life(Scene scene) {
        List<Scene> images = new ArrayList<>();
        run(scene, 2, images);
        run(scene, 4, images);
        run(scene, 5, images);
        Rollback.carryOut(scene.disk(), new BatchTime(4000), plans -> {});
        images.add(scene.copy());
        run(scene, 6, images);
        run(scene, 7, images);
        images.add(scene.copy());
        return images;
    }

    private static void run(Scene scene, int last, List<Scene> images) {
        try (StreamTestDriver driver = scene.driver()) {
            driver.advanceBatches(0); // those that an earlier run has left
            while (Scene.done(driver) < last) {
                driver.advanceBatches(1);
                images.add(scene.copy());
            }
        }
    }

    private enum Outcome {
        EXACT,
        REFUSED
    }

    /** A batch in one life, and one in the next, which must see what the first has done. */
    private Outcome start(Scene scene, String what) {
        boolean started = false;
        try {
            scene.run(Scene.BATCHES - 1);
            started = true;
            scene.run(Scene.BATCHES);
        } catch (CheckpointException e) {
            assertThat(started).as(what + ": the second start: " + e).isFalse();
            assertThat(uninterrupted.entrySet())
                    .as(what)
                    .containsAll(scene.sink().visible().entrySet());
            return Outcome.REFUSED;
        } catch (Throwable e) {
            fail(what + " made the start fail with " + e, e);
        } finally {
            assertThat(scene.sink().broken()).as(what).isEmpty();
        }
        assertThat(scene.sink().visible()).as(what).isEqualTo(uninterrupted);
        assertThat(scene.sink().staged()).as(what).isEmpty();
        return Outcome.EXACT;
    }

    private Map<String, Integer> damage(int times, long seeds) {
        Map<String, Integer> counts = new TreeMap<>();
        LongStream.range(0, seeds).forEach(seed -> {
            Random random = new Random(seed * SPREAD + times);
            Scene scene = images.get(images.size() - 1).copy();
            List<FaultyFileStore> older =
                    images.stream().limit(images.size() - 1).map(Scene::disk).collect(Collectors.toList());
            Damage damage = new Damage(scene.disk(), older, foreign, random);
            String kinds = Stream.generate(damage::happens)
                    .limit(times)
                    .map(Damage.Kind::name)
                    .sorted()
                    .collect(Collectors.joining(" and "));
            String what = "seed " + seed + ": " + damage;
            Map<String, byte[]> damaged = Damage.contents(scene.disk());
            CheckpointVerification verified = CheckpointVerification.of(scene.disk());
            Outcome outcome = start(scene, what);
            assertThat(verified.refused() != null)
                    .as(what + ": verified as " + verified)
                    .isEqualTo(outcome == Outcome.REFUSED);
            counts.merge(outcome.name(), 1, Integer::sum);
            if (times == 1) {
                counts.merge(kinds + " " + outcome, 1, Integer::sum);
            }
            if (outcome == Outcome.REFUSED) {
                damage.undo(damaged);
                assertThat(start(scene, what + ", and then undone"))
                        .as(what + ", and then undone")
                        .isEqualTo(Outcome.EXACT);
            }
        });
        System.out.println(seeds + " checkpoints, each damaged " + times + " times: " + counts);
        return counts;
    }

    @Test
    void shouldGoOnExactlyOrBeRefusedWhateverIsDamaged() {
        assertThat(damage(1, 60)).containsKeys("EXACT", "REFUSED");
        assertThat(damage(2, 30)).containsKeys("EXACT", "REFUSED");
    }

    @Test
    @Tag("full")
    void shouldGoOnExactlyOrBeRefusedWhateverIsDamagedFiveHundredTimes() {
        assertThat(damage(1, 500)).containsKeys("EXACT", "REFUSED");
    }

    @Test
    @Tag("full")
    void shouldGoOnExactlyOrBeRefusedWhateverTwoDamagesDo() {
        assertThat(damage(2, 300)).containsKeys("EXACT", "REFUSED");
    }
}
