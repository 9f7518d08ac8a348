/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.soak.peers;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;

/** A connection as its peer sees it. */
public final class Connection {
    private final Socket socket;
    private final Pace pace;
    private final Random random;

    Connection(Socket socket, Pace pace, Random random) {
        this.socket = socket;
        this.pace = pace;
        this.random = random;
    }

    public Random random() {
        return random;
    }

    public OutputStream out() throws IOException {
        return socket.getOutputStream();
    }

    public void send(String text) throws IOException {
        out().write(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Does something again and again, so long apart, for so long. */
    public void every(Duration period, Duration length, Sending sending) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < length.toNanos()) {
            sending.send();
            pace.await(period);
        }
    }

    /** Says nothing for so long. */
    public void silence(Duration length) throws InterruptedException {
        pace.await(length);
    }

    /** The end as the network tells it when a process dies: nothing that is still under way counts. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /** Ends what this side says, and returns whether the other side ends the connection in order after that. */
    public boolean endInOrder() throws IOException {
        socket.shutdownOutput();
        return socket.getInputStream().read() < 0;
    }

    /** What is sent each time. */
    public interface Sending {
        void send() throws IOException;
    }
}
