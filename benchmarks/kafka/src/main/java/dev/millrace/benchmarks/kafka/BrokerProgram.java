/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.benchmarks.kafka;

import dev.millrace.streaming.kafka.KafkaBroker;
import java.nio.file.Path;
import java.util.Map;

/** The process of the broker: it prints its address, and ends with its standard input. */
final class BrokerProgram {
    private BrokerProgram() {}

    public static void main(String[] arguments) throws Exception {
        Map<String, String> settings = Map.of("num.io.threads", "4", "num.network.threads", "2");
        try (KafkaBroker broker = KafkaBroker.start(Path.of(arguments[0]), settings)) {
            System.out.println(broker.address());
            Child.awaitEnd();
        }
        System.exit(0);
    }
}
