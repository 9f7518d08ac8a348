/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.lineage;

import dev.millrace.spi.Connector;
import java.io.Serializable;
import java.net.URL;
import java.security.CodeSource;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The operation of the program that made a node: its name and the program's line, for errors and plans. */
public record Operator(String name, String callSite) implements Serializable {
    private static final StackWalker WALKER = StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

    private static final String UNKNOWN = "unknown line";

    private static final String INTERNAL =
            Operator.class.getPackageName().replaceFirst("lineage$", ""); // relocated with the rest, if at all

    private static final String ROOT = INTERNAL.replaceFirst("internal\\.$", "");

    /** The public packages below the root; a program may have a package of its own beside them. */
    private static final Set<String> PUBLIC = Set.of(
            "", "codec", "error", "function", "rdd", "spi", "streaming", "streaming.event", "streaming.receiver");

    /** Tells whether the frames of a class are no call sites. */
    private static final ClassValue<Boolean> OURS = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
            return type.getName().startsWith("java.")
                    || type.isAnnotationPresent(Connector.class)
                    || isOfThisLibrary(type);
        }
    };

    /**
     * By package, since a shaded jar holds the program too; and by place, since a program may have put a class into one of
     * these packages. It does not go by protection domains: some class loaders give each class one of its own.
     */
    private static boolean isOfThisLibrary(Class<?> type) {
        String inside = type.getPackageName() + ".";
        boolean named = inside.startsWith(INTERNAL)
                || (inside.startsWith(ROOT)
                        && PUBLIC.contains(inside.substring(ROOT.length()).replaceFirst("\\.$", "")));
        return named && Objects.equals(place(type), place(Operator.class));
    }

    private static @Nullable String place(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        URL location = source == null ? null : source.getLocation();
        return location == null ? null : location.toString(); // to compare two URLs may ask the network
    }

    static boolean isOurs(Class<?> type) {
        return OURS.get(type);
    }

    /** The operation {@code name}, called from the nearest frame outside this library. */
    public static Operator here(String name) {
        String site = WALKER.walk(frames -> frames.filter(frame -> !isOurs(frame.getDeclaringClass()))
                .findFirst()
                .map(frame -> line(frame.getClassName(), frame.getFileName(), frame.getLineNumber()))
                .orElse(UNKNOWN));
        return new Operator(name, site);
    }

    /** Returns whether a line of the program is known. */
    public boolean hasLine() {
        return !callSite.equals(UNKNOWN);
    }

    /** File and line of what is typed into JShell are JShell's own, and say nothing to the user. */
    public static String line(String className, @Nullable String file, int number) {
        return className.startsWith("REPL.$JShell$") ? "the prompt" : file + ":" + number;
    }

    @Override
    public String toString() {
        return name + " at " + callSite;
    }
}
