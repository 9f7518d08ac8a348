/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.start;

import dev.millrace.internal.graph.QueueInput;
import dev.millrace.internal.graph.ReceiverInput;
import dev.millrace.internal.io.files.FileAnswers;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Describes stored positions of inputs for people. */
public final class Positions {
    private Positions() {}

    /**
     * A position in words.
     *
     * @param position null if the input has not taken anything
     */
    public static String inWords(@Nullable Map<Object, Object> position) {
        if (position == null || position.isEmpty()) {
            return "nothing taken yet";
        }
        if (FileAnswers.isOfFiles(position)) {
            return FileAnswers.inWords(position);
        }
        String ofQueue = QueueInput.inWords(position);
        String ofReceiver = ReceiverInput.inWords(position);
        return ofQueue != null ? ofQueue : ofReceiver != null ? ofReceiver : "a source: at " + position;
    }
}
