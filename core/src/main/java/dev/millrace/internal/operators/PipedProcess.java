/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.operators;

import dev.millrace.error.CancelledException;
import dev.millrace.error.MillraceException;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.memory.ConcatIterator;
import dev.millrace.internal.memory.HeldRows;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Serializable;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A command that is given the records of a partition as lines, and whose lines are the records of the next one. The task's own thread
 * goes through the records, since their functions ask for their task; it never waits for a pipe, which no interrupt ends. One thread
 * writes, another reads into rows that may spill, so that the command may answer whenever it likes.
 */
public final class PipedProcess implements AutoCloseable {
    private static final int WAITING = 1024;

    private final Command command;
    private final @Nullable Path directory; // of its own
    private final HeldRows answers;
    private final Process process;
    private final BlockingQueue<Optional<String>> questions =
            new ArrayBlockingQueue<>(WAITING); // and an empty one at the end
    private volatile boolean hearsNoMore;
    private volatile @Nullable Throwable failure;
    private boolean closed; // nothing is added to the answers any more

    /**
     * A command of the program.
     *
     * @param environment what is added to the variables of this process
     * @param bufferSize of its input, in characters
     */
    public record Command(
            Operator operator,
            List<String> words,
            Map<String, String> environment,
            boolean separateDirectory,
            int bufferSize,
            String encoding)
            implements Serializable {

        @Override
        public String toString() {
            return "the command " + words + " given to " + operator;
        }
    }

    private PipedProcess(Command command, TaskScope scope) throws IOException {
        this.command = command;
        directory = command.separateDirectory() ? Files.createTempDirectory("millrace-pipe-") : null;
        ProcessBuilder builder = new ProcessBuilder(command.words())
                .directory(directory == null ? null : directory.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(command.environment());
        try {
            process = builder.start();
        } catch (IOException e) {
            deleteDirectory();
            throw new MillraceException(
                    command + " cannot be started: " + e.getMessage() + "; install it where tasks run, or correct it",
                    e);
        }
        answers = HeldRows.ofRecords(scope.space(), HeldRows.Place.MEMORY_AND_DISK);
    }

    /** The lines that the command answers to these records. */
    public static <T> Iterator<String> run(Command command, Iterator<T> records, TaskScope scope) throws IOException {
        PipedProcess piped = new PipedProcess(command, scope);
        Iterator<String> lines =
                scope.leaf(new ConcatIterator<String>(List.of(piped).iterator(), PipedProcess::lines, piped));
        try {
            piped.ask(records);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // no attempt follows a cancelled one
            throw new CancelledException("interrupted while a task waited for " + command);
        }
        return lines;
    }

    private Iterator<String> lines() {
        return answers.part(0).read((line, none) -> (String) line);
    }

    private <T> void ask(Iterator<T> records) throws InterruptedException {
        Thread writer = started("millrace-pipe-in", this::write);
        Thread reader = started("millrace-pipe-out", this::read);
        while (records.hasNext() && !hearsNoMore) {
            questions.put(Optional.of(String.valueOf(records.next())));
        }
        questions.put(Optional.empty());
        writer.join();
        reader.join();
        int status = process.waitFor();
        answers.complete();
        Throwable failed = failure;
        if (status != 0) {
            throw new MillraceException(command + " ended with exit status " + status
                    + "; read what it wrote to standard error, and correct it");
        }
        if (failed != null) {
            throw new MillraceException("the answers of " + command + " cannot be read: " + failed, failed);
        }
    }

    private static Thread started(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** Takes all questions to their end, also when the command reads no more, because the thread that asks waits for room. */
    private void write() {
        try {
            Optional<String> next = questions.take();
            try (BufferedWriter out = new BufferedWriter(
                    new OutputStreamWriter(process.getOutputStream(), charset()), Math.max(1, command.bufferSize()))) {
                for (; next.isPresent(); next = questions.take()) {
                    out.write(next.get());
                    out.newLine();
                }
            } catch (IOException e) {
                hearsNoMore =
                        true; // it may end before it has read everything; its exit status tells whether that is right
            }
            while (next.isPresent()) {
                next = questions.take();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e); // no other code knows this thread, so none interrupts it
        }
    }

    private void read() {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(process.getInputStream(), charset()))) {
            for (String line = in.readLine(); line != null && answered(line); line = in.readLine()) {
                // the next line
            }
        } catch (IOException | RuntimeException e) {
            failure = e;
            process.destroyForcibly();
        }
    }

    private synchronized boolean answered(String line) {
        if (!closed) {
            answers.add(line);
        }
        return !closed;
    }

    private Charset charset() {
        return Charset.forName(command.encoding());
    }

    /** Ends the command and what it has started, if they have not ended; with it end both threads. */
    @Override
    public void close() throws IOException {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        if (!questions.offer(Optional.empty())) {
            questions.clear();
            questions.offer(Optional.empty());
        }
        synchronized (this) {
            closed = true;
            answers.close();
        }
        deleteDirectory();
    }

    private void deleteDirectory() throws IOException {
        if (directory == null || !Files.exists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
