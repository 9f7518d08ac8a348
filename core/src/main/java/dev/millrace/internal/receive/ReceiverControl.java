/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.receive;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Iterator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The calls of a receiver while it belongs to a running program. Any thread. */
public interface ReceiverControl<T> {
    void store(T record, @Nullable Object position);

    /** One block; returns when it is durable. */
    void storeAll(Iterator<? extends T> records, @Nullable Object position);

    /** One block of an encoded list; returns when it is durable. */
    void storeEncoded(ByteBuffer encodedList, @Nullable Object position);

    /** The same of an array that the caller leaves alone from now on. */
    void storeOwnEncoded(byte[] encodedList, @Nullable Object position);

    /** Whole lines of UTF-8, each with its line end; for receivers of text. Like {@link #store}. */
    void storeLines(byte[] bytes, int offset, int length, int lines);

    Optional<Object> lastDurablePosition();

    void reportError(String message, @Nullable Throwable error);

    /**
     * @param delay null for that of the configuration
     */
    void restart(String message, @Nullable Throwable error, @Nullable Duration delay);

    void stop(String message, @Nullable Throwable error);

    boolean isStarted();

    boolean isStopped();

    int streamId();
}
