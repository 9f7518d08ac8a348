/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.state;

import dev.millrace.internal.runs.RunCopy;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The entries of a state as a checkpoint has them. */
public interface StoredEntries {
    /** About how many bytes they have, still encoded. */
    long bytes();

    /** Gives on each of them, decoded, in the types of today, in any order. */
    void forEach(Consumer<StateEntry> each);

    /**
     * Has them as runs in files of the program, newest first, without looking at them; null if their bytes are not those that
     * the program would write.
     *
     * @throws IOException if there is no room
     */
    @Nullable
    List<RunCopy> copies(RunCopy.Paths paths) throws IOException;
}
