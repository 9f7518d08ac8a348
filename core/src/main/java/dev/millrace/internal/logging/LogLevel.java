/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.logging;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/**
 * The level from which on our lines are shown, where they go to {@code java.util.logging}. {@code System.Logger} has no way to set one, so where
 * they go to another library a warning says where its levels are set. Any thread.
 */
public final class LogLevel {
    private static final System.Logger LOG = System.getLogger("dev.millrace.conf");
    private static final String OURS = "dev.millrace";
    private static final List<String> LEVELS =
            List.of("ALL", "TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL", "OFF");
    private static final AtomicBoolean TOLD = new AtomicBoolean();

    private LogLevel() {}

    /**
     * @param operator the call that asks, with the line of the program
     * @throws IllegalArgumentException if it is no level
     */
    public static void set(Object operator, String level) {
        String name = level.toUpperCase(Locale.ROOT);
        if (!LEVELS.contains(name)) {
            throw new IllegalArgumentException(operator + " is given \"" + level + "\"; it must be one of "
                    + String.join(", ", LEVELS.subList(0, LEVELS.size() - 1)) + " and OFF");
        }
        if (Backend.isJul()) {
            Jul.set(operator, level, name);
        } else if (TOLD.compareAndSet(false, true)) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    operator + " changes nothing, because the lines of Millrace go to " + Backend.name()
                            + "; set the level of the logger " + OURS + " in the configuration of that library");
        }
    }

    /** A class of its own, because a runtime image may lack {@code java.util.logging}. */
    private static final class Jul {
        private static final Map<String, Level> LEVELS = Map.of(
                "ALL",
                Level.ALL,
                "TRACE",
                Level.FINER,
                "DEBUG",
                Level.FINE,
                "INFO",
                Level.INFO,
                "WARN",
                Level.WARNING,
                "ERROR",
                Level.SEVERE);
        private static final Set<Logger> KEPT =
                ConcurrentHashMap.newKeySet(); // a logger without a reference is collected, and its level with it

        static void set(Object operator, String asked, String name) {
            Level level = LEVELS.getOrDefault(name, Level.OFF); // no line of ours is worse than an ERROR
            Logger ours = Logger.getLogger(OURS);
            KEPT.add(ours);
            ours.setLevel(level);
            int shown = Stream.of(Logger.getLogger("").getHandlers())
                    .map(Handler::getLevel)
                    .mapToInt(Level::intValue)
                    .min()
                    .orElse(Integer.MIN_VALUE);
            if (level.intValue() < Math.min(shown, Level.INFO.intValue())) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        operator + " sets \"" + asked + "\", and no handler of java.util.logging shows lines below "
                                + Level.parse(Integer.toString(shown)) + "; lower the level of one as well, such as"
                                + " java.util.logging.ConsoleHandler.level=ALL in logging.properties");
            }
        }
    }
}
