/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Captures the lines of a logger, and keeps them from the console, until it is closed. */
public final class CapturedLog extends Handler implements AutoCloseable {
    private final Logger logger;
    private final List<LogRecord> records = new CopyOnWriteArrayList<>();
    private final List<String> messages = new CopyOnWriteArrayList<>();
    private final BlockingQueue<String> unheard = new LinkedBlockingQueue<>();

    public CapturedLog(String name) {
        logger = Logger.getLogger(name);
        logger.addHandler(this);
        logger.setUseParentHandlers(false);
    }

    /** Captures what is for debugging too. */
    public CapturedLog fine() {
        logger.setLevel(Level.FINE);
        return this;
    }

    /** The messages so far, and those that come. */
    public List<String> messages() {
        return messages;
    }

    public List<LogRecord> records() {
        return records;
    }

    /** The levels and messages. */
    public List<String> lines() {
        return records.stream().map(CapturedLog::line).toList();
    }

    private static String line(LogRecord record) {
        return record.getLevel() + " " + record.getMessage();
    }

    /** Waits for the next line, after those that were waited for before, that matches. */
    public String await(String pattern) throws InterruptedException {
        String line;
        do {
            line = unheard.poll(30, TimeUnit.SECONDS);
            assertThat(line).as("a line such as %s, after %s", pattern, lines()).isNotNull();
        } while (!line.matches(pattern));
        return line;
    }

    @Override
    public void publish(LogRecord record) {
        records.add(record);
        messages.add(record.getMessage());
        unheard.add(line(record));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        logger.removeHandler(this);
        logger.setUseParentHandlers(true);
        logger.setLevel(null);
    }
}
