/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.crash;

import dev.millrace.Tuple2;
import dev.millrace.rdd.StorageLevel;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StreamingContext;
import dev.millrace.streaming.receiver.Receiver;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** Takes lines from a {@link LineServer}, which nobody can send again, and puts them out until the last. */
final class PlainProgram {
    private PlainProgram() {}

    private static final class Lines extends Receiver<String> {
        private final int port;
        private final CountDownLatch done;

        Lines(int port, CountDownLatch done) {
            super(StorageLevel.MEMORY_AND_DISK_SER());
            this.port = port;
            this.done = done;
        }

        @Override
        protected void run() throws IOException {
            try (Socket connection = new Socket(InetAddress.getLoopbackAddress(), port)) {
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8));
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    if (line.equals(LineServer.END)) {
                        done.countDown();
                        return;
                    }
                    store(line);
                }
            }
        }
    }

    public static void main(String[] arguments) {
        Child.begin();
        Workplace work = new Workplace(Path.of(arguments[0]));
        CountDownLatch done = new CountDownLatch(1);
        StreamingContext streaming = new StreamingContext(ReliableProgram.conf(), Durations.milliseconds(10));
        streaming.checkpoint(work.checkpoint().toString());
        streaming
                .receiverStream(new Lines(Integer.parseInt(arguments[1]), done))
                .named("lines")
                .map(line -> Nonce.line(Tuple2.of(line, "")))
                .to(StreamingContext.textFiles(work.output().resolve("lines").toString()))
                .named("files");
        ReliableProgram.runUntil(done, streaming);
    }
}
