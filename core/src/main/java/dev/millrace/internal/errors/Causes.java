/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.errors;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads errors, which may be of the program and so of any kind. */
public final class Causes {
    private Causes() {}

    /** An error and its causes, from outside to inside; each once, since a chain of causes may be a circle. */
    public static List<Throwable> of(Throwable error) {
        List<Throwable> chain = new ArrayList<>();
        Set<Throwable> met = Collections.newSetFromMap(new IdentityHashMap<>());
        for (@Nullable Throwable next = error; next != null && met.add(next); next = next.getCause()) {
            chain.add(next);
        }
        return chain;
    }

    /** The message of an error, to continue a sentence with; the name of its class if it has no message. */
    public static String text(Throwable error) {
        String message = error.getMessage();
        return message == null || message.isBlank() ? error.getClass().getName() : message;
    }
}
