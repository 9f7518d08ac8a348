/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import java.io.PrintWriter;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.jspecify.annotations.Nullable;

/**
 * The log of a command, on its standard error: time, level and text on one line, and of a stack what is below the program's own
 * function. It stays in place when the command's method has returned, since threads of a program may go on.
 */
final class CommandLog extends Handler {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSX", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final Logger ROOT = Logger.getLogger("");
    private static final Logger OURS = Logger.getLogger("dev.millrace"); // kept here: levels of others are forgotten
    private static final Logger BATCHES = Logger.getLogger("dev.millrace.batch");
    private static final Logger RECEIVERS = Logger.getLogger("dev.millrace.streaming.receiver");
    private static final Formatter TEXT = new SimpleFormatter();

    private final PrintWriter err;
    private volatile StatusLine status;
    private volatile String lastError = "";

    private CommandLog(PrintWriter err) {
        this.err = err;
        status = new StatusLine(err, 0);
    }

    /**
     * Takes over what goes to {@code java.util.logging}, unless the user of the process has configured that.
     *
     * @param level from which on Millrace's lines are shown; those of others are from INFO on
     * @param trace whether the path of each batch is shown
     */
    static void install(PrintWriter err, Level level, boolean trace) {
        if (System.getProperty("java.util.logging.config.file") != null
                || System.getProperty("java.util.logging.config.class") != null) {
            return;
        }
        for (Handler each : ROOT.getHandlers()) {
            ROOT.removeHandler(each);
        }
        CommandLog log = new CommandLog(err);
        log.setLevel(Level.ALL);
        ROOT.addHandler(log);
        OURS.setLevel(level);
        BATCHES.setLevel(trace ? Level.FINE : Level.INFO);
        RECEIVERS.setLevel(null); // as Millrace's others
    }

    /** Says nothing of receivers any more: the command has one whose end is its own, and tells itself if that was too early. */
    static void leaveOutReceivers() {
        RECEIVERS.setLevel(Level.SEVERE);
    }

    /** From now on lines come above this one. */
    static void above(StatusLine status) {
        installed().forEach(log -> log.status = status);
    }

    /** Returns whether the newest line of level ERROR says the same as the error. */
    static boolean hasTold(Throwable error) {
        @Nullable String message = error.getMessage();
        return message != null && installed().stream().anyMatch(log -> log.lastError.endsWith(message));
    }

    private static List<CommandLog> installed() {
        return List.of(ROOT.getHandlers()).stream()
                .filter(CommandLog.class::isInstance)
                .map(CommandLog.class::cast)
                .toList();
    }

    @Override
    public void publish(LogRecord entry) {
        if (!isLoggable(entry)) {
            return;
        }
        String text = TEXT.formatMessage(entry);
        if (entry.getLevel().intValue() >= Level.SEVERE.intValue()) {
            lastError = text;
        }
        status.beside(() -> {
            err.println(TIME.format(entry.getInstant()) + " " + name(entry.getLevel()) + " " + text);
            if (entry.getThrown() != null) {
                ProgramFailure.printFunction(entry.getThrown(), err);
            }
            err.flush();
        });
    }

    private static String name(Level level) {
        int value = level.intValue();
        if (value >= Level.SEVERE.intValue()) {
            return "ERROR";
        }
        if (value >= Level.WARNING.intValue()) {
            return "WARN ";
        }
        return value >= Level.INFO.intValue() ? "INFO " : "DEBUG";
    }

    @Override
    public void flush() {
        err.flush();
    }

    @Override
    public void close() {
        flush();
    }
}
