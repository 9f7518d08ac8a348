/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.upgrade;

import dev.millrace.error.CheckpointException;
import dev.millrace.error.CodecException;
import java.util.Iterator;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Notes why something that is kept cannot be read, while others go through it. */
final class Refusal {
    private @Nullable RuntimeException reason;

    /** Null if nothing was refused. */
    @Nullable
    RuntimeException reason() {
        return reason;
    }

    <T> T noting(Supplier<T> read) {
        try {
            return read.get();
        } catch (CodecException | CheckpointException e) {
            reason = e;
            throw e;
        }
    }

    <T> Iterator<T> noting(Iterator<T> elements) {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return elements.hasNext();
            }

            @Override
            public T next() {
                return noting(elements::next);
            }
        };
    }
}
