/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.path;

import static net.bytebuddy.matcher.ElementMatchers.isSynthetic;
import static net.bytebuddy.matcher.ElementMatchers.isTypeInitializer;
import static net.bytebuddy.matcher.ElementMatchers.nameStartsWith;
import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.not;

import java.io.File;
import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.security.ProtectionDomain;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import net.bytebuddy.agent.ByteBuddyAgent;
import net.bytebuddy.agent.builder.AgentBuilder;
import net.bytebuddy.agent.builder.AgentBuilder.RedefinitionStrategy;
import net.bytebuddy.agent.builder.ResettableClassFileTransformer;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.description.type.TypeDescription;

/**
 * Notes which methods and constructors of the core run, on all threads, between {@link #begin} and {@link #end}. Bodies
 * of lambdas count as part of the method around them; accessors of records and what the compiler adds do not count.
 */
public final class MethodTrace implements AutoCloseable {
    private static final Set<String> HIT = Collections.synchronizedSet(new LinkedHashSet<>());
    private static volatile boolean on;

    private final Instrumentation instrumentation;
    private final ResettableClassFileTransformer transformer;

    private MethodTrace(Instrumentation instrumentation, ResettableClassFileTransformer transformer) {
        this.instrumentation = instrumentation;
        this.transformer = transformer;
    }

    /** Changes the classes of the core in this process until it is closed. */
    static MethodTrace install(Class<?> inCore) {
        loadAll(inCore); // those that a change of another class happened to load would stay as they are
        Instrumentation instrumentation = ByteBuddyAgent.install();
        URL core = inCore.getProtectionDomain().getCodeSource().getLocation();
        ResettableClassFileTransformer transformer = new AgentBuilder.Default()
                .disableClassFormatChanges()
                .with(AgentBuilder.Listener.StreamWriting.toSystemError().withErrorsOnly())
                .with(RedefinitionStrategy.RETRANSFORMATION) // of classes that other tests have loaded
                .with(RedefinitionStrategy.Listener.ErrorEscalating.FAIL_FAST)
                .ignore(not(nameStartsWith("dev.millrace.")))
                .type((type, loader, module, loaded, domain) -> comesFrom(domain, core))
                .transform((builder, type, loader, module, domain) -> builder.visit(Advice.to(Enter.class)
                        .on(not(isSynthetic().or(isTypeInitializer()).or(MethodTrace::readsAComponent)))))
                .installOn(instrumentation);
        return new MethodTrace(instrumentation, transformer);
    }

    private static void loadAll(Class<?> inCore) {
        try {
            Path place = placeOf(inCore);
            for (Path file : classFiles(place)) {
                String path = place.relativize(file).toString();
                String name =
                        path.substring(0, path.length() - ".class".length()).replace(File.separatorChar, '.');
                if (!name.endsWith("-info")) {
                    Class.forName(name, false, inCore.getClassLoader());
                }
            }
        } catch (IOException | URISyntaxException | ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    static List<Path> classFiles(Path place) throws IOException {
        try (Stream<Path> files = Files.walk(place)) {
            return files.filter(path -> path.toString().endsWith(".class")).toList();
        }
    }

    private static boolean comesFrom(ProtectionDomain domain, URL place) {
        CodeSource source = domain.getCodeSource();
        return source != null && place.equals(source.getLocation());
    }

    private static boolean readsAComponent(MethodDescription method) {
        TypeDescription type = method.getDeclaringType().asErasure();
        return type.isRecord()
                && method.getParameters().isEmpty()
                && !type.getRecordComponents().filter(named(method.getName())).isEmpty();
    }

    static Path placeOf(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    void begin() {
        HIT.clear();
        on = true;
    }

    /** Returns the methods as class, colon, name and descriptor, in the order in which they ran first. */
    List<String> end() {
        on = false;
        return List.copyOf(HIT);
    }

    /** Called at the beginning of each method of the core. */
    public static void hit(String method) {
        if (on) {
            HIT.add(method);
        }
    }

    @Override
    public void close() {
        transformer.reset(instrumentation, RedefinitionStrategy.RETRANSFORMATION);
    }

    private static final class Enter {
        @Advice.OnMethodEnter
        static void enter(@Advice.Origin("#t:#m#d") String method) {
            MethodTrace.hit(method);
        }
    }
}
