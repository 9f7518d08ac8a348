/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.benchmarks;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The lines that a measurement prints. */
final class Printed {
    private Printed() {}

    interface Measurement {
        void main(String[] arguments) throws Exception;
    }

    static List<String> by(Measurement measurement, String... arguments) throws Exception {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream before = System.out;
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            measurement.main(arguments);
        } finally {
            System.setOut(before);
        }
        return printed.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
