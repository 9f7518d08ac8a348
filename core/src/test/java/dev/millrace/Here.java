/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace;

/** Names the line of a test, so that expected messages can be written without counting lines. */
public final class Here {
    private Here() {}

    /** The caller's file and line, as messages show them. */
    public static String line() {
        StackTraceElement caller = new Throwable().getStackTrace()[1];
        return caller.getFileName() + ":" + caller.getLineNumber();
    }
}
