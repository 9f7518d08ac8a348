/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.receive;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The gate lets each of several receivers store when one has taken all. */
class ReceiverGateTest {
    private final ReceiverGate gate = new ReceiverGate(120, 12, 30, false);
    private final ReceiverGate.Share flood = gate.newShare();
    private final ReceiverGate.Share honest = gate.newShare();
    private final ReceiverGate.Share other = gate.newShare();

    private static boolean isOpen(ReceiverGate.Share share) throws InterruptedException {
        return share.await(() -> true); // nobody waits
    }

    @Test
    void shouldLetOneHaveAllThatNobodyElseWants() throws InterruptedException {
        flood.sealed(119);
        assertThat(isOpen(flood)).isTrue();
        flood.sealed(1);
        assertThat(isOpen(flood)).isFalse();
    }

    @Test
    void shouldLetEachHaveItsShareWhenOneHasTakenAll() throws InterruptedException {
        flood.sealed(120);
        honest.sealed(39);
        assertThat(isOpen(honest)).isTrue();
        honest.sealed(1);
        assertThat(isOpen(honest)).isFalse();
        assertThat(isOpen(other)).isTrue();
        flood.processed(120);
        assertThat(isOpen(honest)).isTrue();
    }

    @Test
    void shouldLetEachHaveItsShareOfTheBlocks() throws InterruptedException {
        for (int i = 0; i < 12; i++) {
            flood.sealed(1);
        }
        assertThat(isOpen(flood)).isFalse();
        for (int i = 0; i < 4; i++) {
            assertThat(isOpen(honest)).isTrue();
            honest.sealed(1);
        }
        assertThat(isOpen(honest)).isFalse();
    }

    @Test
    void shouldLetNobodyGoBeyondTwiceTheBound() throws InterruptedException {
        flood.sealed(240); // at once
        assertThat(isOpen(honest)).isFalse();
        flood.processed(240);
        assertThat(isOpen(honest)).isTrue();
    }

    @Test
    void shouldLetOnlyThoseWaitThatHaveNoRoomInMemoryThemselves() throws InterruptedException {
        flood.crowded(10);
        assertThat(isOpen(flood)).isFalse();
        assertThat(isOpen(honest)).isTrue();
        honest.crowded(20);
        assertThat(isOpen(other)).isFalse(); // all of it together is memory that nobody counts
        flood.crowded(-10);
        assertThat(isOpen(flood)).isTrue();
        assertThat(isOpen(honest)).isFalse();
    }

    @Test
    void shouldLetAllWaitWhileTheLogHasNotCaughtUp() throws InterruptedException {
        gate.unlogged(30);
        assertThat(isOpen(honest)).isFalse();
        gate.unlogged(-1);
        assertThat(isOpen(honest)).isTrue();
    }
}
