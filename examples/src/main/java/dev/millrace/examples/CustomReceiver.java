/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.examples;

import dev.millrace.rdd.StorageLevel;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StreamingContext;
import dev.millrace.streaming.receiver.Receiver;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * A receiver of the program's own that is exactly once. Its server keeps numbered messages: asked for a number, it sends
 * the messages from there on, a line each. Kill the program at any time and start it again with the same directories:
 * each message is in the output once.
 */
public final class CustomReceiver {
    private CustomReceiver() {}

    static final class Messages extends Receiver<String> {
        private final InetSocketAddress server;
        private Socket socket = new Socket();

        Messages(String host, int port) {
            super(StorageLevel.MEMORY_AND_DISK_SER());
            server = new InetSocketAddress(host, port);
        }

        @Override
        public void onStart() {
            socket = new Socket();
        }

        @Override
        protected void run() throws IOException {
            long next = this.<Long>lastDurablePosition().map(last -> last + 1).orElse(0L);
            socket.connect(server);
            socket.getOutputStream().write((next + "\n").getBytes(StandardCharsets.UTF_8));
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            for (String message = in.readLine(); message != null; message = in.readLine()) {
                store(message, next++);
            }
            restart("the server has ended the connection");
        }

        @Override
        public void onStop() {
            try {
                socket.close(); // ends a read that waits, which an interrupt does not
            } catch (IOException e) {
                reportError("the connection could not be closed", e);
            }
        }
    }

    public static void build(StreamingContext ssc, String host, int port, String output, String checkpoint) {
        ssc.checkpoint(checkpoint);
        ssc.receiverStream(new Messages(host, port))
                .named("messages")
                .to(StreamingContext.textFiles(output))
                .named("copy");
    }

    public static void main(String[] args) throws InterruptedException {
        if (args.length != 4) {
            System.err.println("usage: CustomReceiver HOST PORT OUTPUT CHECKPOINT (the last two are directories)");
            System.exit(2);
        }
        try (StreamingContext ssc = StreamingContext.local(Durations.seconds(1))) {
            build(ssc, args[0], Integer.parseInt(args[1]), args[2], args[3]);
            ssc.start();
            ssc.awaitTermination();
        }
    }
}
