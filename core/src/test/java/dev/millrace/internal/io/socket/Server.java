/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.socket;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A server on a free port of this machine, whose clients are served by the test. */
final class Server implements AutoCloseable {
    private final ServerSocket socket;

    Server() throws IOException {
        this(0);
    }

    Server(int port) throws IOException {
        socket = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"));
        socket.setSoTimeout(30_000);
    }

    /** A port on which nobody listens and that the system gives nobody else; a server may have it while this is open. */
    static Socket reservedPort() throws IOException {
        Socket socket = new Socket();
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress("127.0.0.1", 0));
        return socket;
    }

    int port() {
        return socket.getLocalPort();
    }

    String address() {
        return "127.0.0.1:" + port();
    }

    Socket accept() throws IOException {
        return socket.accept();
    }

    /** Serves the next client these bytes, and ends the connection. */
    void serve(byte[]... pieces) throws IOException {
        try (Socket client = accept()) {
            client.setTcpNoDelay(true);
            for (byte[] piece : pieces) {
                client.getOutputStream().write(piece);
            }
        }
    }

    void serve(String text) throws IOException {
        serve(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
