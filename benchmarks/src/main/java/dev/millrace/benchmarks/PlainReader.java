/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A process that counts the lines of a socket with the JDK's reader. */
final class PlainReader {
    private PlainReader() {}

    public static void main(String[] arguments) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0]));
                BufferedReader reader =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
            long start = System.nanoTime();
            long lines = 0;
            while (reader.readLine() != null) {
                lines++;
            }
            Measured.print(lines, System.nanoTime() - start, 0);
        }
    }
}
