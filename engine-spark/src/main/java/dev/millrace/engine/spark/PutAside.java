/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.engine.spark;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.QuarantinedRecords;
import dev.millrace.internal.operators.TaskScope;
import dev.millrace.streaming.BatchTime;
import java.io.Serializable;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.apache.spark.TaskContext;
import org.jspecify.annotations.Nullable;

/**
 * The records that an attempt had put aside when it had computed a partition that Spark keeps; the last element of that
 * partition. Spark keeps a partition even if the attempt then fails, and what the attempt tells is lost with it; so
 * whoever reads the partition to its end in the same batch tells of it again. It is all that the attempt had met: Spark
 * computes what is kept further up before this begins. The driver counts each place once.
 */
@DefaultSerializer(JavaSerializer.class) // Kryo cannot read records
record PutAside(long attempt, @Nullable BatchTime batch, QuarantinedRecords records) implements Serializable {

    /** The elements of a partition that is to be kept, and then what computing them put aside, if it did. */
    static Iterator<Object> after(Iterator<?> elements, Operator stage) {
        return new Computing(elements, stage);
    }

    /** The elements of a kept partition alone. */
    static Iterator<Object> without(Iterator<Object> kept) {
        return new Reading(kept);
    }

    private void tell() {
        TaskScope scope = Objects.requireNonNull(TaskScope.current());
        boolean told = TaskContext.get().taskAttemptId() == attempt;
        if (!told && Objects.equals(scope.label().batch(), batch)) {
            records.forEach(record -> scope.quarantine(record, Integer.MAX_VALUE)); // they were few enough before
        }
    }

    /** Spark asks for what it persists before it calls the code of the task that reads it, so this opens the scope. */
    private static final class Computing implements Iterator<Object> {
        private final Iterator<?> elements;
        private final Operator stage;
        private boolean ended;
        private @Nullable PutAside last;

        Computing(Iterator<?> elements, Operator stage) {
            this.elements = elements;
            this.stage = stage;
        }

        @Override
        public boolean hasNext() {
            return SparkTasks.run(stage, this::isMore);
        }

        private boolean isMore(TaskScope scope) {
            if (!ended && !elements.hasNext()) {
                ended = true;
                QuarantinedRecords records = scope.observation().quarantined();
                if (!records.isEmpty()) {
                    last = new PutAside(
                            TaskContext.get().taskAttemptId(), scope.label().batch(), records);
                }
            }
            return !ended || last != null;
        }

        @Override
        public Object next() {
            return SparkTasks.run(stage, scope -> {
                if (!isMore(scope)) {
                    throw new NoSuchElementException();
                }
                PutAside aside = last;
                last = null;
                return aside == null ? elements.next() : aside;
            });
        }
    }

    private static final class Reading implements Iterator<Object> {
        private final Iterator<Object> kept;
        private @Nullable Object next;
        private boolean ready;

        Reading(Iterator<Object> kept) {
            this.kept = kept;
        }

        @Override
        public boolean hasNext() {
            while (!ready && kept.hasNext()) {
                next = kept.next();
                if (next instanceof PutAside aside) {
                    aside.tell();
                } else {
                    ready = true;
                }
            }
            return ready;
        }

        @Override
        @SuppressWarnings("NullAway") // a record may be null
        public Object next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            ready = false;
            return next;
        }
    }
}
