/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import dev.millrace.internal.checkpoint.Checkpoint;
import dev.millrace.internal.checkpoint.Recovered;
import dev.millrace.internal.files.LocalFileStore;
import dev.millrace.internal.ingest.files.FileAnswers;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a checkpoint directory says, read without its program and without changing it. A program may use the directory at
 * the same time; then this is what it had written when the directory was read.
 */
public final class CheckpointInfo {
    private final Recovered recovered;

    private CheckpointInfo(Recovered recovered) {
        this.recovered = recovered;
    }

    /**
     * Reads a checkpoint directory.
     *
     * @throws dev.millrace.error.CheckpointException if it is none, or damaged
     */
    public static CheckpointInfo read(Path directory) {
        return new CheckpointInfo(Checkpoint.read(new LocalFileStore(directory)));
    }

    /**
     * Why a file was read, or was not: one sentence by the name of each file stream of the program.
     *
     * @param path the file, relative or absolute, or a URI if it is of another file system
     */
    public Map<String, String> why(String path) {
        Map<String, String> answers = new LinkedHashMap<>();
        for (String input : recovered.inputs()) {
            Map<Object, Object> position = recovered.position(input);
            if (position != null && FileAnswers.isOfFiles(position)) {
                answers.put(input, FileAnswers.of(path, position));
            }
        }
        return answers;
    }
}
