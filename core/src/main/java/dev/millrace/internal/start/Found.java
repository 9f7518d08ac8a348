/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.start;

import dev.millrace.internal.checkpoint.CheckpointContents;
import dev.millrace.internal.checkpoint.Reading;
import dev.millrace.internal.conf.Settings;
import dev.millrace.internal.quarantine.QuarantineOwner;
import dev.millrace.internal.receive.WriteAheadLog;
import dev.millrace.spi.FileStore;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * What a start has found in a directory.
 *
 * @param directory as the user names it
 * @param hasLog whether there is a write-ahead log
 * @param logged for each stream of which the log has something, the number of its next block
 * @param published the staged outputs that have published something
 * @param checkpointId what its files bear; of a new one, what they will bear or nothing yet
 * @param quarantineProblem if the program names a quarantine that has records of others
 */
record Found(
        String directory,
        CheckpointContents contents,
        boolean hasLog,
        Map<String, Long> logged,
        Set<String> published,
        UUID checkpointId,
        Optional<String> quarantineProblem) {
    static Found in(
            FileStore store, String directory, CheckpointContents contents, Map<String, Long> logged, Settings settings)
            throws IOException {
        UUID id = Reading.id(store);
        return new Found(
                directory,
                contents,
                WriteAheadLog.isIn(store),
                logged,
                contents.publishedOutputs(store),
                id,
                QuarantineOwner.problem(settings, id));
    }
}
