/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.spi;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The program in which a source is opened. Its methods may be called from any thread. */
public interface SourceContext {
    /** The name of the stream. */
    String name();

    /** The stream for messages: its name with the program's line. */
    String operator();

    /** The time between two batches. */
    Duration batchInterval();

    /** The text of an option of docs/configuration.md: as the program has set it, or the default. It has been checked. */
    String option(String key);

    /** The value of an option that is a time. */
    Duration duration(String key);

    /**
     * The treatment of input that cannot be used, as one option says it.
     *
     * @param key of an option whose values are {@code fail} and {@code quarantine}, and perhaps {@code replace}
     */
    UnusableInput unusable(String key);

    /**
     * Tells listeners, by {@code onReceiverError}, that the source has a problem from which it may recover by itself. A source whose input
     * cannot be had any more throws in {@link Source.Cursor#next} instead.
     */
    void problem(String message, @Nullable Throwable cause);
}
