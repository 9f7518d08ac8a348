/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import dev.millrace.error.BatchFailedException;
import dev.millrace.error.CheckpointException;
import dev.millrace.internal.checkpoint.Checkpoint;
import dev.millrace.internal.checkpoint.Rollback;
import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.CheckpointSkip;
import dev.millrace.testkit.FileFault;
import dev.millrace.testkit.FileOperation;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A small checkpoint with damage in any place. The next start goes on as if nothing had been, or says which file is
 * damaged; it never gives other results, and never fails in another way.
 */
@Timeout(600)
@ExtendWith(QuietLog.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DamagedCheckpointTest {
    private static final int STRIDE = 47; // prime, so that in time it meets every field of a frame

    private Map<String, String> uninterrupted = Map.of();
    private Scene stopped = Scene.empty();
    private Scene decided = Scene.empty();
    private Scene skipped = Scene.empty();
    private Map<String, String> withoutOne = Map.of();

    @BeforeAll
    void runSome() {
        uninterrupted = Scene.uninterrupted();
        stopped = Scene.empty();
        stopped.run(6);
        decided = Scene.empty();
        decided.run(5);
        decided.disk().fault(FileFault.failing(FileOperation.APPEND, "receipts/", 4));
        assertThatThrownBy(() -> decided.run(8)).isInstanceOf(BatchFailedException.class);
        decided.disk().noFault();
        skipped = Scene.empty();
        skipped.fail(6);
        CheckpointSkip.carryOut(skipped.disk(), new BatchTime(6000), "it can never run");
        Scene goingOn = skipped.copy();
        goingOn.run(Scene.BATCHES);
        withoutOne = goingOn.sink().visible();
    }

    /** A journal that has lost its end as a crash leaves it has perhaps never decided to skip; then the batch runs. */
    private Map<String, String> expected(Scene goneOn) {
        return Checkpoint.read(goneOn.disk()).skipped().isEmpty() ? uninterrupted : withoutOne;
    }

    /** How many starts went on, and how many were refused. */
    private record Tally(int exact, int refused) {
        Tally plus(boolean wasExact) {
            return wasExact ? new Tally(exact + 1, refused) : new Tally(exact, refused + 1);
        }
    }

    /** Starts on a damaged copy; true if it went on exactly, false if it was refused. */
    private boolean goesOn(Scene image, String path, String what, Consumer<Scene> damage) {
        Scene scene = image.copy();
        damage.accept(scene);
        boolean exact = true;
        try {
            scene.run(Scene.BATCHES);
        } catch (CheckpointException e) {
            exact = false;
            assertThat(e)
                    .as(what)
                    .message()
                    .containsAnyOf(path, "has published batch 6000 ms, and the checkpoint does not know of it");
        } catch (Throwable e) {
            fail(what + " made the start fail with " + e, e);
        }
        assertThat(scene.sink().broken()).as(what).isEmpty();
        if (exact) {
            assertThat(scene.sink().visible()).as(what).isEqualTo(expected(scene));
            assertThat(scene.sink().staged()).as(what).isEmpty();
        } else {
            assertThat(uninterrupted.entrySet())
                    .as(what)
                    .containsAll(scene.sink().visible().entrySet());
        }
        return exact;
    }

    private Tally flips(Scene image, int stride, int... masks) {
        Tally tally = new Tally(0, 0);
        for (String path : image.disk().files()) {
            int length = image.disk().read(path).length;
            for (int at = 0; at < length; at += stride) {
                for (int mask : masks) {
                    int place = at;
                    tally = tally.plus(goesOn(
                            image,
                            path,
                            "byte " + at + " of " + path + " flipped by " + mask,
                            scene -> scene.disk().flip(path, place, mask)));
                }
            }
        }
        return tally;
    }

    private Tally truncations(Scene image, int stride) {
        Tally tally = new Tally(0, 0);
        for (String path : image.disk().files()) {
            int length = image.disk().read(path).length;
            for (int left = 0; left < length; left += stride) {
                int kept = left;
                tally = tally.plus(goesOn(
                        image,
                        path,
                        path + " cut off at byte " + left + " of " + length,
                        scene -> scene.disk().truncate(path, kept)));
            }
        }
        return tally;
    }

    @Test
    void shouldGoOnExactlyOrNameTheFileWhenAByteIsFlipped() {
        assertThat(flips(stopped, STRIDE, 0x10).exact()).isPositive();
        assertThat(flips(decided, STRIDE, 0x01).refused()).isPositive();
        assertThat(flips(skipped, STRIDE, 0x10).exact()).isPositive();
    }

    @Test
    void shouldGoOnExactlyOrNameTheFileWhenAFileIsCutOff() {
        assertThat(truncations(stopped, STRIDE).exact()).isPositive();
        assertThat(truncations(decided, STRIDE).exact()).isPositive();
        assertThat(truncations(skipped, STRIDE).exact()).isPositive();
    }

    @Test
    @Tag("full")
    void shouldGoOnExactlyOrNameTheFileWhicheverByteIsFlipped() {
        for (Scene image : List.of(stopped, decided, skipped)) {
            Tally tally = flips(image, 1, 0x01, 0x80, 0xFF);
            System.out.println("every byte flipped: " + tally);
            assertThat(tally.exact()).isPositive();
            assertThat(tally.refused()).isPositive();
        }
    }

    @Test
    @Tag("full")
    void shouldGoOnExactlyOrNameTheFileWhereverAFileIsCutOff() {
        for (Scene image : List.of(stopped, decided, skipped)) {
            Tally tally = truncations(image, 1);
            System.out.println("cut off at every byte: " + tally);
            assertThat(tally.exact()).isPositive();
        }
    }

    @Test
    void shouldGoOnExactlyOrNameTheFileWhenOneIsMissing() {
        for (Scene image : List.of(stopped, decided, skipped)) {
            for (String path : image.disk().files()) {
                String named = path.replaceAll("^(journal/).*", "$1"); // nothing tells the name of the last one
                goesOn(image, named, path + " missing", scene -> scene.disk().remove(path));
            }
        }
    }

    @Test
    void shouldRefuseWhenTheDecisionOfAPublishedBatchIsLost() {
        Scene scene;
        String journal;
        int last = 3;
        do {
            scene = Scene.empty();
            scene.run(++last);
            journal = cutOffLastDecision(scene);
        } while (journal.isEmpty());
        Scene damaged = scene;
        BatchTime before = new BatchTime((last - 1) * 1000L);
        BatchTime lost = new BatchTime(last * 1000L);
        assertThatThrownBy(() -> damaged.run(Scene.BATCHES))
                .isInstanceOf(CheckpointException.class)
                .hasMessage("the checkpoint memory does not know that it decided batch " + lost + ", which the outputs"
                        + " [recent numbers, sums] have published: " + journal + ", the last journal, has lost its"
                        + " end, or one behind it is gone; restore the whole directory from a backup (a start then tells what its outputs have published since), or take back what was published,"
                        + " and run it again with what the inputs then have: millrace checkpoint rollback memory"
                        + " --to " + before.milliseconds());

        Rollback rollback = Rollback.carryOut(scene.disk(), before, plans -> {});
        assertThat(rollback.retractions()).isEqualTo(Map.of("sums", List.of(lost), "recent numbers", List.of(lost)));
        assertThat(Rollback.plan(scene.disk(), before).isDone()).isTrue();
        scene.run(Scene.BATCHES);
        assertThat(scene.sink().broken()).isEmpty();
        assertThat(scene.sink().visible()).isEqualTo(uninterrupted);
    }

    /** Cuts off so little that all batches but the last stay decided; nothing if the last journal has decided none. */
    private static String cutOffLastDecision(Scene scene) {
        BatchTime last = Checkpoint.read(scene.disk()).lastDecided();
        String journal = scene.disk().files().stream()
                .filter(path -> path.startsWith("journal/"))
                .reduce((first, second) -> second)
                .orElseThrow();
        for (int left = scene.disk().read(journal).length - 1; left >= 0; left--) {
            scene.disk().truncate(journal, left);
            if (!Objects.equals(Checkpoint.read(scene.disk()).lastDecided(), last)) {
                return journal;
            }
        }
        return "";
    }

    @Test
    void shouldGoOnExactlyOrNameAFileWhenTwoAreSwapped() {
        for (Scene image : List.of(stopped, decided, skipped)) {
            List<String> paths = image.disk().files();
            for (String one : paths) {
                for (String other : paths.subList(paths.indexOf(one) + 1, paths.size())) {
                    goesOn(image, "", one + " and " + other + " swapped", scene -> {
                        byte[] bytes = scene.disk().read(one);
                        scene.disk().write(one, scene.disk().read(other));
                        scene.disk().write(other, bytes);
                    });
                    goesOn(
                            image,
                            "",
                            one + " a copy of " + other,
                            scene -> scene.disk().write(one, scene.disk().read(other)));
                    goesOn(
                            image,
                            "",
                            other + " a copy of " + one,
                            scene -> scene.disk().write(other, scene.disk().read(one)));
                }
            }
        }
    }
}
