/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.crash;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A receiver's side of the connection to a {@link Feeder}. Numbers are read by one thread, acknowledged by any. */
final class FeederConnection implements AutoCloseable {
    private final int port;
    private @Nullable Socket socket;
    private @Nullable BufferedReader numbers;
    private @Nullable Writer acknowledgements;
    private boolean closed;

    FeederConnection(int port) {
        this.port = port;
    }

    /**
     * Connects, unless it was closed before.
     *
     * @param durable what was durable before; the news of it may have been lost
     * @return the first number, or 0 if the feeder has no more
     */
    long open(long durable) throws IOException {
        synchronized (this) {
            if (closed) {
                return 0;
            }
            Socket connection = new Socket(InetAddress.getLoopbackAddress(), port);
            socket = connection;
            acknowledgements = new OutputStreamWriter(connection.getOutputStream(), StandardCharsets.UTF_8);
            numbers = new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8));
            acknowledge(durable);
        }
        return next();
    }

    /** The next number, or 0 at the end. */
    long next() throws IOException {
        BufferedReader in = numbers;
        String line = in == null ? null : in.readLine();
        return line == null ? 0 : Long.parseLong(line);
    }

    /** All numbers up to this one need not be sent again. */
    synchronized void acknowledge(long number) throws IOException {
        Writer out = acknowledgements;
        if (out != null && number > 0) {
            out.write(number + ".\n"); // the point tells a number from the beginning of one
            out.flush();
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (socket != null) {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
