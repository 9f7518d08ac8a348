/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.benchmarks.kafka;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A side of a comparison, with its settings.
 *
 * @param arguments what its program takes beside the topics
 */
record Peer(String name, Class<?> main, List<String> flags, List<String> arguments) {
    private static final List<String> FLAGS = List.of("-XX:+UseParallelGC");

    /** @param records that a batch takes of a partition at most */
    static Peer millrace(long intervalMillis, long records, String heap) {
        return new Peer(
                "Millrace, " + intervalMillis + " ms",
                MillraceProgram.class,
                flags(heap),
                List.of(Long.toString(intervalMillis), Long.toString(records)));
    }

    /** @param commitMillis the tuned interval, or 0 for the defaults */
    static Peer streams(String store, long commitMillis, String heap) {
        return new Peer(
                "Kafka Streams, " + store + ", " + (commitMillis == 0 ? "default" : "tuned " + commitMillis + " ms"),
                StreamsProgram.class,
                flags(heap),
                List.of(store, Long.toString(commitMillis)));
    }

    private static List<String> flags(String heap) {
        List<String> flags = new ArrayList<>(FLAGS);
        flags.addAll(List.of("-Xms" + heap, "-Xmx" + heap));
        String more = System.getProperty("program.flags", "");
        if (!more.isEmpty()) {
            flags.addAll(List.of(more.split(" ")));
        }
        return flags;
    }

    boolean isMillrace() {
        return main == MillraceProgram.class;
    }

    Child start(Program program, Lab lab, String from, String to, String group, Path directory) throws IOException {
        List<String> all =
                new ArrayList<>(List.of(program.name(), lab.servers(), from, to, directory.toString(), group));
        all.addAll(arguments);
        return Child.start(main, flags, all);
    }
}
