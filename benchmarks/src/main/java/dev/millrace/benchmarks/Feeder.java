/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.benchmarks;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * A process that sends lines as fast as its one client takes them, for some seconds. It prints its port first, and in the
 * end how many lines it has sent.
 */
final class Feeder {
    private static final int LINES_AT_ONCE = 8192;

    private Feeder() {}

    public static void main(String[] arguments) throws IOException {
        Duration time = Duration.ofSeconds(Long.parseLong(arguments[0]));
        byte[] lines = lines(Integer.parseInt(arguments[1]));
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            System.out.println(server.getLocalPort());
            try (Socket client = server.accept()) {
                OutputStream out = client.getOutputStream();
                long start = System.nanoTime();
                long sent = 0;
                while (System.nanoTime() - start < time.toNanos()) {
                    out.write(lines);
                    sent += LINES_AT_ONCE;
                }
                client.shutdownOutput();
                System.out.println(sent);
            }
        }
    }

    /** Numbers, filled up to so many bytes a line with its line feed. */
    private static byte[] lines(int lineBytes) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < LINES_AT_ONCE; i++) {
            String number = Integer.toString(i);
            text.append(number)
                    .append("x".repeat(lineBytes - 1 - number.length()))
                    .append('\n');
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }
}
