/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runtime;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Shows for people at which frames a thread is now. */
public final class StackText {
    private static final int FRAMES = 20;

    private StackText() {}

    /** One line a frame, the innermost first; empty if the thread has ended, or has no work. */
    public static String of(@Nullable Thread thread) {
        StackTraceElement[] frames = thread == null ? new StackTraceElement[0] : thread.getStackTrace();
        return isIdle(frames)
                ? ""
                : Arrays.stream(frames)
                        .limit(FRAMES)
                        .map(frame -> "\n    " + frame)
                        .collect(Collectors.joining());
    }

    private static boolean isIdle(StackTraceElement[] frames) {
        return Arrays.stream(frames)
                .anyMatch(frame -> frame.getMethodName().equals("getTask")
                        || (frame.getMethodName().equals("nextEvent")
                                && frame.getClassName().startsWith(StackText.class.getPackageName())));
    }

    /** Returns whether a thread waits in {@code System.exit} for the shutdown hooks to end. */
    public static boolean isInExit(Thread thread) {
        return Arrays.stream(thread.getStackTrace())
                .anyMatch(frame -> frame.getClassName().equals("java.lang.Runtime")
                        && frame.getMethodName().equals("exit"));
    }
}
