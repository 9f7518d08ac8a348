/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.NoSuchElementException;
import java.util.Scanner;

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
    private String line = ""; // as it would be in a terminal that is wide enough

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
            TerminalSignals.handle("WINCH", () -> status.resize(columnsNow()));
        }
        return status;
    }

    /** Asks the terminal of this process; 0 if it does not tell. */
    private static int columnsNow() {
        ProcessBuilder size = new ProcessBuilder("stty", "size").redirectInput(new File("/dev/tty"));
        try (Scanner told = new Scanner(size.start().getInputStream(), StandardCharsets.US_ASCII)) {
            told.nextInt(); // rows
            return told.nextInt();
        } catch (IOException | NoSuchElementException e) {
            return 0;
        }
    }

    /** Has the line stay within a terminal that is wider or narrower now; 0 columns change nothing. */
    synchronized void resize(int newColumns) {
        if (columns > 0 && newColumns > 0) {
            columns = newColumns;
            draw();
        }
    }

    synchronized boolean isInPlace() {
        return columns > 0;
    }

    synchronized void show(String newLine) {
        if (columns > 0) {
            line = newLine;
            draw();
        } else {
            err.println(newLine);
        }
    }

    private void draw() {
        err.print(ERASE + fitting());
        err.flush();
    }

    private String fitting() {
        return line.substring(0, Math.min(line.length(), columns - 1)); // a full line would make a new one
    }

    /** Writes something, whole lines, to the same terminal. */
    synchronized void beside(Runnable write) {
        if (line.isEmpty()) {
            write.run();
            return;
        }
        err.print(ERASE);
        err.flush();
        write.run();
        err.print(fitting());
        err.flush();
    }

    /** The line stays as it is, and what comes after it comes below. */
    synchronized void end() {
        if (!line.isEmpty()) {
            err.println();
        }
        line = "";
        columns = 0;
    }
}
