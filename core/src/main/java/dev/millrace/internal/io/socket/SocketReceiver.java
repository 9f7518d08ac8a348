/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.socket;

import dev.millrace.rdd.StorageLevel;
import dev.millrace.streaming.receiver.Receiver;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads from one connection; whenever it cannot be made, breaks or ends, the receiver restarts and connects again. */
abstract class SocketReceiver<T> extends Receiver<T> {
    private final Endpoint endpoint;
    private volatile @Nullable Socket socket;

    SocketReceiver(Endpoint endpoint, StorageLevel level) {
        super(level);
        this.endpoint = endpoint;
    }

    /** Stores what comes; returns at the end of the connection. */
    abstract void receive(InputStream in) throws Exception;

    /** The socket is made here and not by the thread that connects, so that a stop always finds it. */
    @Override
    public final void onStart() {
        socket = new Socket();
    }

    /** Ends a connect or a read that waits. */
    @Override
    public final void onStop() {
        try {
            Objects.requireNonNull(socket).close();
        } catch (IOException e) {
            reportError("the connection to " + endpoint + " could not be closed", e);
        }
    }

    @Override
    protected final void run() {
        String problem = "cannot connect to " + endpoint;
        try (Socket connection = Objects.requireNonNull(socket)) {
            connection.setKeepAlive(true); // a peer that is gone without a word is noticed some time
            connection.connect(new InetSocketAddress(endpoint.host(), endpoint.port()), endpoint.connectMillis());
            problem = "receiving from " + endpoint + " failed";
            receive(connection.getInputStream());
            restart("the connection to " + endpoint + " has ended");
        } catch (Exception e) {
            restart(problem, e); // nothing happens if the socket was closed by a stop
        }
    }
}
