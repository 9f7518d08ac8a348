/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import java.io.PrintWriter;
import java.util.logging.Level;
import picocli.CommandLine.Option;

/** The options of a command that runs batches for what it tells on standard error. */
final class LogOptions {
    @Option(
            names = {"-v", "--verbose"},
            description = "Tell more on stderr: one level of log lines more, and batches without input too.")
    private boolean verbose;

    @Option(names = "--trace", description = "Show the path of each batch on stderr, step by step.")
    private boolean trace;

    boolean isVerbose() {
        return verbose;
    }

    /** @param usual the level of a command without options: INFO, or WARNING where the command tells what goes on */
    void install(Level usual, PrintWriter err) {
        CommandLog.install(err, verbose ? more(usual) : usual, trace);
    }

    private static Level more(Level usual) {
        return usual == Level.WARNING ? Level.INFO : Level.FINE;
    }
}
