/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.port;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Sends lines to the program that connects to it. */
final class LineServer implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private Socket client = new Socket();

    LineServer() throws IOException {
        server.setSoTimeout(60_000);
    }

    String port() {
        return Integer.toString(server.getLocalPort());
    }

    /** Waits for the program. */
    void accept() throws IOException {
        client.close();
        client = server.accept();
    }

    void send(String... lines) throws IOException {
        PrintStream out = new PrintStream(client.getOutputStream(), false, StandardCharsets.UTF_8);
        out.print(String.join("\n", lines) + "\n");
        out.flush();
    }

    @Override
    public void close() throws IOException {
        client.close();
        server.close();
    }
}
