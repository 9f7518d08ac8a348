/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import dev.millrace.internal.graph.InputNode;
import dev.millrace.internal.io.files.FileSource;

/**
 * A stream of the records of files.
 *
 * @param <T> the type of the records
 */
public final class FileDStream<T> extends InputDStream<T> {
    private final FileSource<T> source;

    FileDStream(StreamingContext context, InputNode<T> node, FileSource<T> source) {
        super(context, node);
        this.source = source;
    }

    @Override
    public FileDStream<T> named(String name) {
        super.named(name);
        return this;
    }

    /**
     * One sentence: in which batch a file was read, or why it was not. From any thread, before the start and while the
     * program runs; {@code millrace why} answers from a checkpoint. The sentences are for people and may change.
     *
     * @param path the file, relative or absolute, or a URI if it is of another file system
     */
    public String why(String path) {
        return source.why(path);
    }
}
