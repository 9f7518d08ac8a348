/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.state;

/**
 * Takes what an overlay changes, in its order. A place is where the key stands in the base, {@link LookUps#ABSENT}, or {@link
 * Overlay#UNKNOWN}.
 */
interface StateChanges<K> {
    void put(K key, int hash, Object held, long place);

    void remove(K key, int hash, long place);

    void touch(K key, int hash, long place);
}
