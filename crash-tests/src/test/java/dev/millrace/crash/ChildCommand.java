/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.crash;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line of a child: a small JVM that begins as fast as it can, because these tests start more than a thousand. */
final class ChildCommand {
    private static final List<String> FLAGS =
            List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx128m", "-Xlog:disable");

    private ChildCommand() {}

    /** Any thread; the first waits until an archive of classes is made for all. */
    static List<String> of(Class<?> main, List<String> properties, List<String> arguments) {
        List<String> options = new ArrayList<>(properties);
        options.addAll(ChildClasses.options());
        return of(options, main, arguments);
    }

    /** With nothing but these options and the flags of every child. */
    static List<String> of(List<String> options, Class<?> main, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(FLAGS);
        command.addAll(options);
        command.add(main.getName());
        command.addAll(arguments);
        return command;
    }
}
