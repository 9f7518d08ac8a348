/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.tools;

import dev.millrace.error.MillraceException;
import dev.millrace.internal.conf.Options;
import dev.millrace.internal.conf.Settings;
import dev.millrace.internal.files.FileStores;
import dev.millrace.streaming.UpgradePlan;
import java.nio.file.Path;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Takes the place of a start if the process was started to rehearse one: prints the plan and ends the process. So any
 * {@code main} can be rehearsed as it is; {@code millrace checkpoint plan} does.
 */
public final class Rehearsal {
    /** The system property that asks for it: the checkpoint directory. */
    private static final String PROPERTY = "millrace.checkpoint.plan";

    private Rehearsal() {}

    /**
     * Does not return if a rehearsal is asked for. The caller holds no lock: shutdown hooks may stop the context.
     *
     * @param rehearsed gives the plan of a start on a directory
     */
    public static void insteadOfStart(Function<String, UpgradePlan> rehearsed, Settings settings) {
        String directory = System.clearProperty(PROPERTY); // by that the command that has set it sees that it was read
        if (directory != null) {
            System.exit(rehearse(rehearsed, directory, settings.get(Options.CHECKPOINT_DIRECTORY)));
        }
    }

    @SuppressWarnings("SystemOut") // this is its purpose
    private static int rehearse(Function<String, UpgradePlan> rehearsed, String directory, @Nullable String own) {
        try {
            UpgradePlan plan = rehearsed.apply(directory);
            System.out.print(plan);
            if (own == null) {
                System.out.println("Note: the program names no checkpoint directory; add ssc.checkpoint(...).");
            } else if (!isSame(own, directory)) {
                System.out.println("Note: the program itself names the checkpoint directory " + own + ".");
            }
            System.out.flush();
            return plan.starts() ? 0 : 1;
        } catch (MillraceException | IllegalArgumentException e) {
            System.err.println("millrace: " + e.getMessage());
            return 1;
        }
    }

    private static boolean isSame(String one, String other) {
        Path first = FileStores.localPath(one);
        Path second = FileStores.localPath(other);
        return first == null || second == null
                ? one.equals(other)
                : first.toAbsolutePath()
                        .normalize()
                        .equals(second.toAbsolutePath().normalize());
    }
}
