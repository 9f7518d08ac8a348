/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import java.io.PrintWriter;

/**
 * The newest state of a program on standard error: one line that is written over in place on a terminal, and a line after the
 * other elsewhere. Whoever else writes there does it through {@link #beside}, so that no text comes into that line. Any thread.
 */
final class StatusLine {
    /** Set by the millrace script if standard error is a terminal. */
    private static final String COLUMNS = "millrace.cli.columns";

    private static final String ERASE = "\r\033[K";

    private final PrintWriter err;
    private int columns;
    private String shown = "";

    /** @param columns of the terminal, or 0 if there is none */
    StatusLine(PrintWriter err, int columns) {
        this.err = err;
        this.columns = columns;
    }

    /** On the terminal that the script has found, whose line is ended when the process is. */
    static StatusLine of(PrintWriter err) {
        StatusLine status = new StatusLine(err, Integer.getInteger(COLUMNS, 0));
        if (status.isInPlace()) {
            Runtime.getRuntime().addShutdownHook(new Thread(status::end, "millrace-status-end"));
        }
        return status;
    }

    synchronized boolean isInPlace() {
        return columns > 0;
    }

    synchronized void show(String line) {
        if (columns > 0) {
            shown = line.substring(0, Math.min(line.length(), columns - 1)); // a full line would make a new one
            err.print(ERASE + shown);
            err.flush();
        } else {
            err.println(line);
        }
    }

    /** Writes something, whole lines, to the same terminal. */
    synchronized void beside(Runnable write) {
        if (shown.isEmpty()) {
            write.run();
            return;
        }
        err.print(ERASE);
        err.flush();
        write.run();
        err.print(shown);
        err.flush();
    }

    /** The line stays as it is, and what comes after it comes below. */
    synchronized void end() {
        if (!shown.isEmpty()) {
            err.println();
        }
        shown = "";
        columns = 0;
    }
}
