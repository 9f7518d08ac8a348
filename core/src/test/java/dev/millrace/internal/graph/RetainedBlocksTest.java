/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Of each batch that is not decided or can be had again, the blocks are kept, and no others. */
class RetainedBlocksTest {
    private static RetainedBlocks of(int most, long next, RetainedBlocks.Begins stored, long decided, int planned) {
        InputServices services = new InputServices(
                () -> {
                    throw new AssertionError("not needed");
                },
                1,
                most,
                decided,
                planned,
                input -> {
                    throw new AssertionError("not needed");
                },
                false);
        return new RetainedBlocks(services, next, stored.blocks(), stored.newest());
    }

    private static RetainedBlocks ofNew(int most) {
        return of(most, 0, new RetainedBlocks.Begins(List.of(), 0), 0, 0);
    }

    @Test
    void shouldCountBatchesThatTookNothing() {
        RetainedBlocks blocks = ofNew(2);
        blocks.planned(0, 1);
        assertThat(blocks.decided()).isZero();
        blocks.planned(1, 1);
        assertThat(blocks.decided()).isZero();
        blocks.planned(1, 1);
        assertThat(blocks.decided()).isEqualTo(1);
    }

    @Test
    void shouldKeepWhatIsPlannedAndNotDecidedThoughNothingIsRetained() {
        RetainedBlocks blocks = ofNew(0);
        blocks.planned(0, 3);
        RetainedBlocks.Begins stored = blocks.planned(3, 5);
        assertThat(stored.blocks()).containsExactly(0L, 3L);
        assertThat(blocks.decided()).isEqualTo(3);
        RetainedBlocks again = of(0, 5, stored, 0, 2);
        assertThat(again.decided()).isEqualTo(3);
        assertThat(again.decided()).isEqualTo(5);
    }

    @Test
    void shouldNotCountWhatIsNoBatch() {
        RetainedBlocks blocks = ofNew(1);
        for (int i = 0; i < 5; i++) {
            blocks.planned(0, 0);
            blocks.skipped();
        }
        assertThat(blocks.planned(0, 2).newest()).isEqualTo(1);
        assertThat(blocks.decided()).isZero();
        blocks.planned(2, 2);
        assertThat(blocks.decided()).isEqualTo(2);
    }

    /** Against a list of where every batch began; restarts come between any two of them. */
    @Test
    void shouldKeepTheSameAcrossRestarts() {
        for (long seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            int most = random.nextInt(4);
            List<Long> all = new ArrayList<>();
            long next = 0;
            int decided = 0;
            RetainedBlocks.Begins stored = new RetainedBlocks.Begins(List.of(), 0);
            RetainedBlocks blocks = ofNew(most);
            for (int i = 0; i < 60; i++) {
                int what = random.nextInt(5);
                if (what < 2) {
                    long until = next + (random.nextInt(3) == 0 ? 1 : 0);
                    all.add(next);
                    RetainedBlocks.Begins now = blocks.planned(next, until);
                    stored = until > next ? now : stored;
                    next = until;
                } else if (what < 4 && decided < all.size()) {
                    decided++;
                    int oldest = Math.max(0, decided - most);
                    assertThat(blocks.decided())
                            .as("seed %d, event %d", seed, i)
                            .isEqualTo(oldest < all.size() ? all.get(oldest) : next);
                } else if (what == 4) {
                    blocks = of(most, next, stored, decided, all.size() - decided);
                }
            }
        }
    }
}
