/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.lineage;

import java.io.Serializable;

/** Which operation of the program made a node: its name and the program's line, for errors and plans. */
public record Operator(String name, String callSite) implements Serializable {
    private static final StackWalker WALKER = StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

    /** Whether a class is of this library's own jar, so that its frames are no call sites. */
    private static final ClassValue<Boolean> OURS = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
            return type.getProtectionDomain() == Operator.class.getProtectionDomain()
                    || type.getName().startsWith("java.");
        }
    };

    /** The operation {@code name}, called from the nearest frame outside this library. */
    public static Operator here(String name) {
        String site = WALKER.walk(frames -> frames.filter(frame -> !OURS.get(frame.getDeclaringClass()))
                .findFirst()
                .map(frame -> frame.getFileName() + ":" + frame.getLineNumber())
                .orElse("unknown line"));
        return new Operator(name, site);
    }

    @Override
    public String toString() {
        return name + " at " + callSite;
    }
}
