/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.crash;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * Sends lines to whoever connects, numbered by connection and line, each once. Without end, until it is told that the
 * next connection is the last, which gets so many lines and then {@link #END}.
 */
final class LineServer implements AutoCloseable {
    static final String END = "end";
    static final int LAST_LINES = 500;

    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private volatile int connections;
    private volatile boolean last;

    LineServer() throws IOException {
        Thread thread = new Thread(this::serve, "line-server");
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return server.getLocalPort();
    }

    /** How many connections there were. */
    int connections() {
        return connections;
    }

    void nextIsLast() {
        last = true;
    }

    private void serve() {
        while (!server.isClosed()) {
            try (Socket connection = server.accept()) {
                connections++;
                send(connection, connections, last ? LAST_LINES : Integer.MAX_VALUE);
            } catch (IOException e) {
                // the program was killed, or the test is over
            }
        }
    }

    private static void send(Socket connection, int number, int lines) throws IOException {
        BufferedWriter out =
                new BufferedWriter(new OutputStreamWriter(connection.getOutputStream(), StandardCharsets.UTF_8));
        for (int line = 0; line < lines; line++) {
            out.write(number + " " + line + "\n");
            if (line % 100 == 0) {
                out.flush();
            }
        }
        out.write(END + "\n");
        out.flush();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
