/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.examples;

import dev.millrace.rdd.StorageLevel;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StreamingContext;
import dev.millrace.streaming.receiver.Receiver;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;

/**
 * A receiver of the program's own that is exactly once. Its server keeps numbered messages: asked for a number, it sends
 * the messages from there on, each with its length, so that one that is cut off is no message. Kill the program at any time and start it again with the same directories:
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
            new DataOutputStream(socket.getOutputStream()).writeLong(next);
            DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
            while (true) {
                store(in.readUTF(), next++); // the end of the connection is an exception, and that is a restart
            }
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
