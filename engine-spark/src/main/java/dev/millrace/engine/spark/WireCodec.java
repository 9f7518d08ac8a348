/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.engine.spark;

import dev.millrace.MillraceConf;
import dev.millrace.internal.codec.ValueCodec;

/**
 * The codec of all that crosses between tasks and driver: of the types that are declared by now, because a program
 * declares the types of its state while it builds its graph, after the engine is made.
 */
final class WireCodec {
    private final MillraceConf conf;
    private ValueCodec codec = ValueCodec.builtIn();
    private int types;

    WireCodec(MillraceConf conf) {
        this.conf = conf;
    }

    synchronized ValueCodec current() {
        if (conf.registeredTypes().size() != types) {
            types = conf.registeredTypes().size();
            codec = new ValueCodec(conf.registeredTypes());
        }
        return codec;
    }
}
