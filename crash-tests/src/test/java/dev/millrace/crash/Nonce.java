/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.crash;

import dev.millrace.Tuple2;
import java.util.UUID;

/** Marks what a process puts out, so that a test sees which process made it. */
final class Nonce {
    private static final String OWN = UUID.randomUUID().toString().substring(0, 8);

    private Nonce() {}

    static String line(Tuple2<?, ?> pair) {
        return pair._1() + "=" + pair._2() + "\t" + OWN;
    }

    static String of(String line) {
        return line.substring(line.lastIndexOf('\t') + 1);
    }

    static String strip(String line) {
        return line.substring(0, line.lastIndexOf('\t'));
    }
}
