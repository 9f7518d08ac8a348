/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.errors;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads errors, which may be of the program and so of any kind. */
public final class Causes {
    private static final Supplier<String> HEAP_IS_SMALL = () -> "; its heap is "
            + (Runtime.getRuntime().maxMemory() >> 20)
            + " MB: start it with a larger -Xmx, or have each task hold less, by more partitions or smaller batches";

    private Causes() {}

    private static boolean isOfHeap(Throwable error) {
        String message = String.valueOf(error.getMessage());
        return Stream.of("heap space", "GC overhead", "array size").anyMatch(message::contains);
    }

    /** An error and its causes, from outside to inside; each once, since a chain of causes may be a circle. */
    public static List<Throwable> of(Throwable error) {
        List<Throwable> chain = new ArrayList<>();
        Set<Throwable> met = Collections.newSetFromMap(new IdentityHashMap<>());
        for (@Nullable Throwable next = error; next != null && met.add(next); next = next.getCause()) {
            chain.add(next);
        }
        return chain;
    }

    /**
     * The message of an error, to continue a sentence with; the name of its class if it has no message. Of a heap that is full
     * it tells how to make it larger.
     */
    public static String text(Throwable error) {
        if (error instanceof OutOfMemoryError) {
            return "the JVM is out of memory (" + error.getMessage() + ")"
                    + (isOfHeap(error) ? HEAP_IS_SMALL.get() : "");
        }
        String message = error.getMessage();
        return message == null || message.isBlank() ? error.getClass().getName() : message;
    }

    /** The same error with the file in which it happened: what the system says of a write names none. */
    public static IOException at(Path file, IOException error) {
        if (error instanceof FileSystemException) {
            return error;
        }
        FileSystemException named = new FileSystemException(file.toString(), null, text(error));
        named.initCause(error);
        return named;
    }
}
