/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.receive;

import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.io.MalformedInput;
import java.io.Serializable;

/**
 * Reads the blocks of a stream.
 *
 * @param stream the name of the stream, for errors
 * @param malformed what becomes of text that is not UTF-8 or of a line that is too long
 * @param maxLineBytes how long a line may be, without its line feed
 * @param mostRecordBytes what a record that came encoded may take in memory, about
 * @param isChecked whether all blocks were found whole when they were stored, with the types of this program
 */
record BlockReading(
        String stream,
        ValueCodec codec,
        MalformedInput malformed,
        int maxLineBytes,
        long mostRecordBytes,
        boolean isChecked)
        implements Serializable {
    /** For blocks of an earlier run, whose types may have been others. */
    BlockReading unchecked() {
        return new BlockReading(stream, codec, malformed, maxLineBytes, mostRecordBytes, false);
    }
}
