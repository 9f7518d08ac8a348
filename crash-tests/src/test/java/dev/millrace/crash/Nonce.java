/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.crash;

import dev.millrace.Tuple2;
import java.util.UUID;

/** Marks what a process puts out, so that a test sees which process, or which of its lives, made it. */
final class Nonce {
    private static volatile String own = next();

    private Nonce() {}

    private static String next() {
        return UUID.randomUUID().toString().substring(0, 8);
    }

    /** Another life begins in this process. */
    static void renew() {
        own = next();
    }

    static String line(Tuple2<?, ?> pair) {
        return pair._1() + "=" + pair._2() + "\t" + own;
    }

    static String of(String line) {
        return line.substring(line.lastIndexOf('\t') + 1);
    }

    static String strip(String line) {
        return line.substring(0, line.lastIndexOf('\t'));
    }
}
