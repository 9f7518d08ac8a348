/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The time until the first batch after a restart has run, against reading the same files, which are in the system's cache. One process
 * makes a checkpoint, in a heap that holds the whole state; another, in a small heap, restarts and reads in turn ({@link RecoveryTimes}).
 */
public final class Recovery {
    private Recovery() {}

    static Sizes sizes(String... arguments) {
        return new Sizes(
                Map.ofEntries(
                        Map.entry("keys", "1000000"),
                        Map.entry("characters", "10"),
                        Map.entry("load", "100000"),
                        Map.entry("updates", "1000"),
                        Map.entry("fold", "4m"),
                        Map.entry("again", "200"),
                        Map.entry("loadHeap", "3g"),
                        Map.entry("heap", "256m"),
                        Map.entry("rounds", "5")),
                arguments);
    }

    static Updates updates(Sizes sizes) {
        return new Updates(sizes.get("keys"), sizes.get("load"), sizes.get("updates"), Draw.UNIFORM);
    }

    static String value(Sizes sizes) {
        return "x".repeat(sizes.of("characters"));
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Sizes sizes;
        try {
            sizes = sizes(arguments);
            updates(sizes);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
            return;
        }
        System.out.println(sizes);
        Path checkpoint = TemporaryFiles.newDirectory();
        try {
            run(sizes.text("loadHeap"), RecoveryLoad.class, checkpoint, arguments);
            run(sizes.text("heap"), RecoveryTimes.class, checkpoint, arguments);
        } finally {
            TemporaryFiles.delete(checkpoint);
        }
    }

    private static void run(String heap, Class<?> main, Path checkpoint, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms" + heap,
                "-Xmx" + heap,
                "-cp",
                System.getProperty("java.class.path"),
                main.getName(),
                checkpoint.toString()));
        command.addAll(List.of(arguments));
        int exit = new ProcessBuilder(command).inheritIO().start().waitFor();
        if (exit != 0) {
            throw new IllegalStateException(
                    main.getSimpleName() + " has ended with " + exit + "; see what it has printed");
        }
    }
}
