/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * The prompt of the shell and what is typed there, which batches that run meanwhile leave whole: their output takes the place
 * of the prompt, line by line, and a moment later the prompt is drawn again below. What is written while there is no prompt
 * passes as it is. If what is typed has several rows, nobody tells here how many: all but the last
 * stay above the output, and as many of the output's last rows are drawn over. Any thread.
 */
final class ShellPrompt {
    private static final byte[] ERASE = "\r\033[J".getBytes(StandardCharsets.UTF_8);
    private static final long MILLIS_UNTIL_DRAWN = 50; // a batch writes many lines

    private final BooleanSupplier shown;
    private final Runnable draw;
    private final Consumer<Runnable> later;
    private final List<Above> streams = new ArrayList<>();
    private boolean drawnSoon;

    /**
     * @param shown whether the prompt waits for input
     * @param draw draws the prompt, and what is typed there, where the cursor is
     * @param later runs something after a moment
     */
    ShellPrompt(BooleanSupplier shown, Runnable draw, Consumer<Runnable> later) {
        this.shown = shown;
        this.draw = draw;
        this.later = later;
    }

    /** The prompt of JShell, which reads its input on this thread and draws it when the process is continued. */
    static ShellPrompt ofThisThread() {
        Thread reader = Thread.currentThread();
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, "millrace-shell-prompt");
            thread.setDaemon(true);
            return thread;
        });
        return new ShellPrompt(
                () -> isReadingALine(reader),
                () -> TerminalSignals.raise("CONT"),
                draw -> timer.schedule(draw, MILLIS_UNTIL_DRAWN, TimeUnit.MILLISECONDS));
    }

    private static boolean isReadingALine(Thread reader) {
        for (StackTraceElement frame : reader.getStackTrace()) {
            if (frame.getClassName().endsWith(".LineReaderImpl")) {
                return true;
            }
        }
        return false;
    }

    /** A stream to the same terminal whose lines come above the prompt. */
    synchronized OutputStream above(OutputStream terminal) {
        Above stream = new Above(terminal);
        streams.add(stream);
        return stream;
    }

    private void drawSoon() {
        if (!drawnSoon) {
            drawnSoon = true;
            later.accept(this::drawNow);
        }
    }

    private synchronized void drawNow() {
        drawnSoon = false;
        if (!shown.getAsBoolean()) {
            return; // it will be drawn in its time
        }
        try {
            for (Above stream : streams) {
                stream.endLine();
            }
            streams.get(0).eraseRow(); // what was typed since, and the prompt if it stands there already
        } catch (IOException e) {
            return; // the terminal is gone
        }
        draw.run();
    }

    /** While the prompt is shown, a line that has not ended yet is held back, so that an erased row loses nothing. */
    private final class Above extends OutputStream {
        private final OutputStream terminal;
        private final ByteArrayOutputStream held = new ByteArrayOutputStream();

        Above(OutputStream terminal) {
            this.terminal = terminal;
        }

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            synchronized (ShellPrompt.this) {
                held.write(bytes, offset, length);
                byte[] all = held.toByteArray();
                int lines = endOfLines(all);
                if (shown.getAsBoolean()) {
                    writeAbove(all, lines);
                    drawSoon();
                } else {
                    write(all, all.length);
                    if (lines == all.length) {
                        drawSoon(); // in case the prompt has come just before
                    }
                }
            }
        }

        private static int endOfLines(byte[] bytes) {
            int end = bytes.length;
            while (end > 0 && bytes[end - 1] != '\n') {
                end--;
            }
            return end;
        }

        private void writeAbove(byte[] bytes, int lines) throws IOException {
            if (lines > 0) {
                ByteArrayOutputStream once = new ByteArrayOutputStream();
                once.write(ERASE);
                once.write(bytes, 0, lines);
                terminal.write(once.toByteArray()); // at once, so that nothing comes between
                terminal.flush();
            }
            held.reset();
            held.write(bytes, lines, bytes.length - lines);
        }

        private void write(byte[] bytes, int length) throws IOException {
            terminal.write(bytes, 0, length);
            terminal.flush();
            held.reset();
        }

        void endLine() throws IOException {
            if (held.size() > 0) {
                held.write('\n');
                writeAbove(held.toByteArray(), held.size());
            }
        }

        void eraseRow() throws IOException {
            terminal.write(ERASE);
            terminal.flush();
        }

        @Override
        public void flush() {
            // each write is flushed
        }
    }
}
