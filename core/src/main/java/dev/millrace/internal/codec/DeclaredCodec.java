/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.codec;

import dev.millrace.MillraceConf;
import dev.millrace.spi.Codec;
import java.io.Serial;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The codec of the types that are declared by now: a program declares types while it builds its graph, after the engine
 * and perhaps the stream that needs them is made. A task elsewhere gets those that are declared when it is sent. Safe for
 * several threads.
 */
public final class DeclaredCodec implements Codec {
    private final transient MillraceConf conf;
    private transient ValueCodec codec = ValueCodec.builtIn();
    private transient int types;

    public DeclaredCodec(MillraceConf conf) {
        this.conf = conf;
    }

    public synchronized ValueCodec current() {
        List<Class<?>> declared = conf.registeredTypes();
        if (declared.size() != types) {
            types = declared.size();
            codec = new ValueCodec(declared);
        }
        return codec;
    }

    @Override
    public byte[] encode(@Nullable Object value) {
        return current().encode(value);
    }

    @Override
    public @Nullable Object decode(byte[] bytes) {
        return current().decode(bytes);
    }

    @Serial
    private Object writeReplace() {
        return current();
    }
}
