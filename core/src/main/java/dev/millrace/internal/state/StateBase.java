/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.state;

/**
 * The states that a program reads: one partition of them at the version of the last committed batch, wherever it is. It does not
 * change while it is read; several threads may read it.
 *
 * @param <S> what the states are to the program
 */
public interface StateBase<K, S> {
    /** Looks keys up, for one attempt. */
    LookUps<K> lookUps();

    /** All entries, in order of first arrival. */
    StateEntries<K> entries();

    /** The entries that were last touched before {@code limit}, in order of first arrival; none if keys do not time out. */
    StateEntries<K> touchedBefore(long limit);

    /** As long as this is the same object, entries stand at the same places; some may have come or gone. */
    Object layout();
}
