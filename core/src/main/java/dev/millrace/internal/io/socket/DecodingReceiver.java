/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.socket;

import dev.millrace.function.Function;
import dev.millrace.rdd.StorageLevel;
import java.io.InputStream;
import java.util.Objects;

/** Records as a function of the program's own finds them in the bytes. */
public final class DecodingReceiver<T> extends SocketReceiver<T> {
    private final Function<InputStream, Iterable<T>> decoder;

    public DecodingReceiver(Endpoint endpoint, StorageLevel level, Function<InputStream, Iterable<T>> decoder) {
        super(endpoint, level);
        this.decoder = decoder;
    }

    @Override
    void receive(InputStream in) throws Exception {
        for (T record : Objects.requireNonNull(
                decoder.call(in), "the decoder returned null; return an empty Iterable for no records")) {
            store(record);
        }
    }
}
