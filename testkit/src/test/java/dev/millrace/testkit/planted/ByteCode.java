/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.planted;

import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.namedOneOf;
import static net.bytebuddy.matcher.ElementMatchers.none;

import java.lang.instrument.Instrumentation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import net.bytebuddy.agent.ByteBuddyAgent;
import net.bytebuddy.agent.builder.AgentBuilder;
import net.bytebuddy.agent.builder.AgentBuilder.InitializationStrategy;
import net.bytebuddy.agent.builder.AgentBuilder.RedefinitionStrategy;
import net.bytebuddy.agent.builder.AgentBuilder.TypeStrategy;
import net.bytebuddy.agent.builder.ResettableClassFileTransformer;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.asm.AsmVisitorWrapper;
import net.bytebuddy.asm.MemberSubstitution;
import net.bytebuddy.description.NamedElement;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.matcher.ElementMatcher;

/** Changes the byte code of classes of the core in this process. */
public final class ByteCode {
    private static final String INTERNAL = "dev.millrace.internal.";

    private ByteCode() {}

    /** A change that can be made, and taken back. */
    @FunctionalInterface
    public interface Change {
        AutoCloseable make();
    }

    /**
     * In a method, the calls of methods of these names are left out; what they would return is null, 0 or false.
     *
     * @param type below the internal packages, such as {@code checkpoint.Checkpoint}
     */
    public static Change leavingOut(String type, String method, String... called) {
        return inMethod(
                type,
                method,
                hits -> MemberSubstitution.relaxed()
                        .method(counted(namedOneOf(called), hits))
                        .stub()
                        .on(named(method)));
    }

    /** A method does nothing, and returns null, 0 or false. */
    public static Change skipping(String type, String method) {
        return inMethod(type, method, hits -> Advice.to(Skip.class).on(counted(named(method), hits)));
    }

    private static Change inMethod(String type, String method, Function<AtomicInteger, AsmVisitorWrapper> change) {
        return () -> {
            AtomicInteger hits = new AtomicInteger();
            load(INTERNAL + type);
            ResettableClassFileTransformer made = change(named(INTERNAL + type), change.apply(hits));
            if (hits.get() == 0) {
                throw new IllegalStateException("nothing was changed in " + type + "." + method
                        + ": the method has another name now, or no longer does what was to be changed");
            }
            return () -> made.reset(ByteBuddyAgent.install(), RedefinitionStrategy.RETRANSFORMATION);
        };
    }

    private static void load(String type) {
        try {
            Class.forName(type);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    private static <N extends NamedElement> ElementMatcher<N> counted(ElementMatcher<N> matcher, AtomicInteger hits) {
        return element -> {
            boolean matches = matcher.matches(element);
            if (matches) {
                hits.incrementAndGet();
            }
            return matches;
        };
    }

    /** Changes those of the types that are loaded, and the others when they are. */
    static ResettableClassFileTransformer change(
            ElementMatcher<? super TypeDescription> types, AsmVisitorWrapper visitor) {
        Instrumentation instrumentation = ByteBuddyAgent.install();
        List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
        ResettableClassFileTransformer made = new AgentBuilder.Default()
                .disableClassFormatChanges()
                .with(new AgentBuilder.Listener.Adapter() {
                    @Override
                    public void onError(
                            String type,
                            ClassLoader loader,
                            net.bytebuddy.utility.JavaModule module,
                            boolean loaded,
                            Throwable failure) {
                        failures.add(failure);
                        failure.printStackTrace(); // of a class that is loaded later, nobody else hears
                    }
                })
                .with(InitializationStrategy.NoOp.INSTANCE)
                .with(RedefinitionStrategy.RETRANSFORMATION)
                // Looking at a type loads those that it names, which would be passed over.
                .with(RedefinitionStrategy.DiscoveryStrategy.Reiterating.INSTANCE)
                .with(TypeStrategy.Default.REDEFINE)
                .ignore(none())
                .type(types)
                .transform((builder, type, loader, module, domain) -> builder.visit(visitor))
                .installOn(instrumentation);
        if (!failures.isEmpty()) {
            throw new IllegalStateException("classes could not be changed", failures.get(0));
        }
        return made;
    }

    private static final class Skip {
        @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
        static boolean enter() {
            return true;
        }
    }
}
