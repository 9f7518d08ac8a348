/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit;

import dev.millrace.spi.Output;
import java.util.List;

/**
 * An output that {@link OutputContractTest} looks at, with an empty place of its own.
 *
 * @param <T> the type of the records
 */
public interface OutputUnderTest<T> extends AutoCloseable {
    /**
     * The output of that name, made as a program makes it when it starts; called again for the same name as if the process
     * before had died. Outputs of different names must not meet.
     */
    Output<T> open(String name) throws Exception;

    /** The records that readers of the output see now; the order does not matter. */
    List<T> read(String name) throws Exception;

    /** A record; different numbers give different records. */
    T testRecord(int number);

    /** The types that the program declares with {@code registerTypes} so that records can be encoded. */
    default List<Class<?>> types() {
        return List.of();
    }

    /** Returns whether it implements {@link Output#retract}. */
    default boolean canRetract() {
        return true;
    }

    /** Lets go of the place. */
    @Override
    default void close() throws Exception {}
}
