/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.lineage;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Leads from internal code into a public class. That class hands in its accessor when it is initialised, so its constructor and fields
 * stay out of the public surface. Any thread.
 */
public final class Door<A> {
    private final Class<?> owner;
    private volatile @Nullable A accessor;

    /** @param owner the public class, which calls {@link #open} in its static initialiser */
    public Door(Class<?> owner) {
        this.owner = owner;
    }

    public void open(A given) {
        accessor = given;
    }

    public A accessor() {
        if (accessor == null) {
            try {
                Class.forName(owner.getName(), true, owner.getClassLoader());
            } catch (ClassNotFoundException e) {
                throw new IllegalStateException(e);
            }
        }
        return Objects.requireNonNull(accessor);
    }
}
