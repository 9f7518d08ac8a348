/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.internal;

import dev.millrace.MillraceConf;
import dev.millrace.error.RefusedException;
import dev.millrace.function.Function2;
import dev.millrace.internal.codec.DeclaredCodec;
import dev.millrace.internal.lineage.Combine;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.operators.MutationCheck;
import java.io.IOException;
import java.io.NotSerializableException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Collects what a program does that would go otherwise on a cluster, as far as it has run. Tasks note too: synchronized. */
public final class Portability {
    private final MutationCheck mutation;
    private final Map<Object, Copy<?>> copies = new IdentityHashMap<>();
    private final Set<String> findings = new LinkedHashSet<>();
    private final SampledKeys keys;

    Portability(MillraceConf conf) {
        mutation = new MutationCheck(new DeclaredCodec(conf));
        keys = new SampledKeys(conf);
    }

    /** A function that went through serialization, and its bytes of that moment. */
    private record Copy<F>(Operator operator, F function, byte @Nullable [] bytes) {}

    /** Everything found so far, in the order in which it was found; asks another process about keys. */
    public List<String> findings() {
        List<String> ofKeys = keys.findings();
        synchronized (this) {
            List<String> all = new ArrayList<>(findings);
            all.addAll(ofKeys);
            return all;
        }
    }

    /** A function as it arrives in a task; the function itself if it does not. */
    @SuppressWarnings("unchecked") // a copy has the type of its original
    synchronized <F> F copy(Operator operator, F function) {
        return (F) copies.computeIfAbsent(function, original -> made(operator, original))
                .function();
    }

    private Copy<?> made(Operator operator, Object original) {
        try {
            Object copy = JavaSerialization.copy(original);
            if (copy instanceof Combine<?, ?> combine) {
                copy = guarded(combine);
            }
            return new Copy<>(operator, copy, JavaSerialization.bytes(copy));
        } catch (NotSerializableException e) {
            findings.add("the function given to " + operator + " cannot be sent to a task: it holds an object of "
                    + e.getMessage() + ", which is not Serializable; make it in the function, or hold it in a static or"
                    + " transient field");
        } catch (IOException | ClassNotFoundException | RuntimeException | LinkageError e) {
            findings.add("the function given to " + operator + " cannot be sent to a task: " + e
                    + "; correct how what it holds is serialized");
        }
        return new Copy<>(operator, original, null);
    }

    /** Merges that also find out whether they change the values that they merge; of accumulators they may. */
    private <V, C> Combine<V, C> guarded(Combine<V, C> combine) {
        if (!combine.isReduction()) {
            return combine;
        }
        Function2<C, C, C> merge = mutation.guard(combine.operator(), combine.mergeCombiners());
        @SuppressWarnings("unchecked") // a reduction has one type and one function
        Function2<C, V, C> same = (Function2<C, V, C>) (Object) merge;
        return new Combine<>(combine.operator(), combine.create(), same, merge, combine.mapSide());
    }

    /** Notes the functions that have changed what they hold. */
    synchronized void checkCopies() {
        copies.replaceAll((original, copy) -> copy.bytes() == null ? copy : checked(copy));
    }

    private Copy<?> checked(Copy<?> copy) {
        try {
            if (Arrays.equals(copy.bytes(), JavaSerialization.bytes(copy.function()))) {
                return copy;
            }
            findings.add("the function given to " + copy.operator() + " changes an object that it holds; each task of a"
                    + " cluster has a copy of that, so the change would be lost: use an accumulator or a state");
        } catch (IOException e) {
            findings.add("the function given to " + copy.operator()
                    + " could be sent to a task before it was called, and" + " not afterwards: " + e
                    + "; make in the function what it keeps, or hold it in a transient field");
        }
        return new Copy<>(copy.operator(), copy.function(), null);
    }

    /** Records that {@code reader} must leave as they are: each is looked at again when the next one is asked for. */
    <T> Iterator<T> watched(Operator reader, Iterator<T> records) {
        return new Iterator<>() {
            private @Nullable Object given;
            private byte @Nullable [] before;

            @Override
            public boolean hasNext() {
                check();
                return records.hasNext();
            }

            @Override
            public T next() {
                check();
                T record = records.next();
                given = record;
                before = mutation.fingerprint(record);
                return record;
            }

            private void check() {
                Object record = given;
                given = null;
                if (record != null && !Arrays.equals(before, mutation.fingerprint(record))) {
                    throw new RefusedException(
                            "the function given to " + reader + " changed a record that it was given;"
                                    + " other outputs and a task that is tried again see the change: return a new object");
                }
            }
        };
    }

    void key(Operator operator, Object key) {
        keys.add(operator, key);
    }
}
