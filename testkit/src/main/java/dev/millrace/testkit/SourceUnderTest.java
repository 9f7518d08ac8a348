/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit;

import dev.millrace.spi.Source;
import java.util.List;

/**
 * A source that {@link SourceContractTest} looks at, with an empty place of its own.
 *
 * @param <T> the type of the records
 */
public interface SourceUnderTest<T> extends AutoCloseable {
    /** The source, made as a program makes it when it starts: it reads all that is there. Called again for each start. */
    Source<T> open() throws Exception;

    /** Makes records appear in its place, and returns when a source that looks finds them. */
    void add(List<String> texts) throws Exception;

    /** The text that made a record. */
    String text(T record);

    /** Lets go of the place. */
    @Override
    default void close() throws Exception {}
}
