/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.operators;

import dev.millrace.error.RefusedException;
import dev.millrace.internal.lineage.Operator;
import java.io.Serializable;
import java.util.Comparator;

/** The order of records that are {@link Comparable}, which is not known before the first two are compared. All are equal. */
public final class NaturalOrder<T> implements Comparator<T>, Serializable {
    private final Operator operator;

    public NaturalOrder(Operator operator) {
        this.operator = operator;
    }

    @Override
    @SuppressWarnings("unchecked") // it throws what the types deserve
    public int compare(T first, T second) {
        if (first instanceof Comparable<?> comparable && second != null) {
            return ((Comparable<Object>) comparable).compareTo(second);
        }
        Object wrong = first instanceof Comparable<?> ? second : first;
        throw new RefusedException(
                (wrong == null ? "null" : "a value of type " + wrong.getClass().getTypeName())
                        + " has no natural order, which " + operator
                        + " needs; give it a comparator, or have the type implement Comparable");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NaturalOrder<?>;
    }

    @Override
    public int hashCode() {
        return NaturalOrder.class.hashCode();
    }
}
