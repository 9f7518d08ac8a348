/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.codec;

import dev.millrace.MillraceConf;
import java.util.List;

/**
 * The codec of the types that are declared by now: a program declares the types of its state while it builds its graph,
 * after the engine is made. Safe for several threads.
 */
public final class DeclaredCodec {
    private final MillraceConf conf;
    private ValueCodec codec = ValueCodec.builtIn();
    private int types;

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
}
