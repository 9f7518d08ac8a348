/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.operators;

import dev.millrace.error.MillraceException;
import dev.millrace.error.RefusedException;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.spi.PartitionedSource;
import java.util.Iterator;

/** Reads sources, which may be of the program, in both engines. */
public final class Sources {
    private Sources() {}

    public static <T> Iterator<T> read(PartitionedSource<T> source, Operator operator, int partition) {
        Iterator<T> records;
        try {
            records = source.read(partition);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new MillraceException("partition " + partition + " of " + operator + " cannot be read: " + e, e);
        }
        if (records == null) {
            throw new RefusedException("the source " + source.getClass().getName() + " of " + operator
                    + " gives null for partition " + partition + "; give an empty iterator for no records");
        }
        return records;
    }
}
