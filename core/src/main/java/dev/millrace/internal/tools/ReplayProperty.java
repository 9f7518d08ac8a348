/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.tools;

import dev.millrace.error.MillraceException;
import dev.millrace.internal.conf.Options;
import dev.millrace.internal.conf.Settings;
import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.Replay;
import dev.millrace.streaming.ReplayRequest;
import java.util.function.Function;

/**
 * Takes the place of a start if the process was started to replay a batch: prints what the batch gives and ends the process.
 * So any {@code main} can be replayed as it is; {@code millrace replay} does.
 */
public final class ReplayProperty {
    /** The system properties: the checkpoint directory, the batch's time in ms; true; names, one a line. */
    private static final String DIRECTORY = "millrace.replay";

    private static final String BATCH = "millrace.replay.batch";
    private static final String COMPARE = "millrace.replay.diff";
    private static final String RUN = "millrace.replay.run";

    private ReplayProperty() {}

    /**
     * Does not return if a replay is asked for. The caller holds no lock: shutdown hooks may stop the context.
     *
     * @param replayed runs a batch again
     */
    public static void insteadOfStart(Function<ReplayRequest, Replay> replayed, Settings settings) {
        String directory = System.clearProperty(DIRECTORY); // by that the test that has set it sees that it was read
        if (directory != null) {
            settings.set(Options.CHECKPOINT_DIRECTORY.key(), directory);
            System.exit(replay(replayed));
        }
    }

    @SuppressWarnings("SystemOut") // this is its purpose
    private static int replay(Function<ReplayRequest, Replay> replayed) {
        ReplayRequest request = ReplayRequest.of(new BatchTime(Long.getLong(BATCH, 0)));
        for (String name : System.getProperty(RUN, "").lines().toList()) {
            request = request.running(name);
        }
        try {
            Replay replay = replayed.apply(Boolean.getBoolean(COMPARE) ? request.compare() : request);
            System.out.print(replay);
            System.out.flush();
            return replay.differs() ? 1 : 0;
        } catch (MillraceException | IllegalArgumentException e) {
            System.err.println("millrace: " + e.getMessage());
            return 1;
        }
    }
}
