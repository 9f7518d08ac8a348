/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.logging;

/** The library that lines go to by {@code System.Logger}. */
final class Backend {
    private static final String JUL = "sun.util.logging.internal.LoggingProviderImpl";

    private Backend() {}

    static boolean isJul() {
        return name().equals(JUL);
    }

    /** The class that the library has for it. */
    static String name() {
        return System.LoggerFinder.getLoggerFinder().getClass().getName();
    }
}
