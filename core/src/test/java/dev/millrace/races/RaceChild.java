/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.races;

import java.nio.file.Path;

/** The first life of a race in a process of its own. */
public final class RaceChild {
    private RaceChild() {}

    public static void main(String[] arguments) throws Exception {
        Race race = new Race(
                Integer.parseInt(arguments[0]),
                Place.valueOf(arguments[1]),
                Kind.valueOf(arguments[2]),
                Long.parseLong(arguments[3]),
                Path.of(arguments[4]));
        race.firstLife().awaitThreads();
        System.out.println(race.log()); // and the process ends by itself, unless a thread has stayed
    }
}
