/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.start;

import dev.millrace.internal.files.FileStores;
import dev.millrace.streaming.BatchTime;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** Says how a batch that fails again can be passed by. */
final class SkipAdvice {
    private static final Pattern PLAIN =
            Pattern.compile("[\\w@%+=:,./][\\w@%+=:,./-]*", Pattern.UNICODE_CHARACTER_CLASS);

    private SkipAdvice() {}

    /** The advice in words, with a command that a shell takes as it is; empty if the checkpoint is on no local file system. */
    static String of(String directory, BatchTime batch) {
        Path local = FileStores.localPath(directory);
        return local == null
                ? ""
                : " This start has run it again already. Mend first what is named here; if the batch fails all the same"
                        + " and can never run, have it passed by, which is rehearsed first and keeps its input:\n"
                        + "  millrace checkpoint skip " + quoted(local.toString()) + " --batch "
                        + batch.milliseconds();
    }

    private static String quoted(String path) {
        String named = path.startsWith("-") ? "./" + path : path; // or it would be taken for an option
        return PLAIN.matcher(named).matches() ? named : "'" + named.replace("'", "'\\''") + "'";
    }
}
