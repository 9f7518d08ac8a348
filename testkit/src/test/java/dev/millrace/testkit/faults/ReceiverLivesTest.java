/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.faults;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Many lives of programs with receivers that are taken over from. */
@Timeout(3600)
@ExtendWith(QuietLog.class)
class ReceiverLivesTest {
    private static void live(long from, long count) {
        Lives.live(from, count, ReceiverLives::run);
    }

    @Test
    void shouldBeExactWhoeverHasTheCheckpoint() {
        live(0, 40);
    }

    @Test
    void shouldBeExactInAStoreThatCannotAppend() {
        Lives.live(0, 40, ReceiverLives::runWithoutAppend);
    }

    @Test
    @Tag("full")
    void shouldBeExactInManyLivesInAStoreThatCannotAppend() {
        Lives.live(100, 100, ReceiverLives::runWithoutAppend);
    }

    @Test
    @Tag("full")
    void shouldBeExactInManyLives() {
        live(100, 300);
    }

    @Test
    @Tag("long")
    void shouldBeExactInVeryManyLives() {
        live(10_000, 20_000);
    }
}
