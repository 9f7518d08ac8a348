/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.operators;

import dev.millrace.error.CancelledException;
import dev.millrace.error.CodecException;
import dev.millrace.error.RefusedException;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.RecordGuard;
import dev.millrace.spi.QuarantinedRecord;
import dev.millrace.spi.QuarantinedRecord.Encoding;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The records of one partition of an operator in one attempt, each tried alone: it counts them, because the number of a
 * record is its identity when the batch is run again. Belongs to the task's thread.
 */
public final class GuardedPartition {
    private static final int LONGEST_ERROR = 2000;

    private final RecordGuard guard;
    private final int partition;
    private long next;
    private int failed;

    public GuardedPartition(RecordGuard guard, int partition) {
        this.guard = guard;
        this.partition = partition;
    }

    /** One call of the program's function. */
    public interface Call<T> {
        void run(Consumer<? super T> out) throws Exception;
    }

    /** Calls; false if the record was put aside, and then what was given to {@code out} must not be used. */
    public <T> boolean attempt(@Nullable Object record, Consumer<? super T> out, Call<T> call) {
        long number = next++;
        try {
            call.run(out);
            return true;
        } catch (Throwable e) {
            putAside(record, number, e);
            return false;
        }
    }

    private void putAside(@Nullable Object record, long number, Throwable error) {
        TaskScope scope = TaskScope.current();
        if (!(error instanceof Exception)
                || error instanceof InterruptedException
                || error instanceof CancelledException
                || error instanceof RefusedException
                || scope == null
                || scope.label().batch() == null) { // outside of batches there is no quarantine
            throw UserCode.failed(guard.operator(), error);
        }
        scope.checkCancelled(); // whatever was thrown may come from that
        String place = "partition " + partition + " record " + number;
        String text = describe(error);
        if (++failed > guard.atMost()) {
            throw tooMany(guard, place, text);
        }
        scope.quarantine(encoded(record, place, text), guard.most());
    }

    /** The refusal of a batch that puts aside more records of an operator than that allows. */
    public static RefusedException tooMany(RecordGuard guard, String place, String error) {
        return new RefusedException("more than " + guard.atMost() + " records of one batch failed in " + guard.name()
                + " (" + guard.operator() + "), among them " + place + ": " + error
                + "; correct the function or its input, or raise atMost(" + guard.atMost() + ")");
    }

    private QuarantinedRecord encoded(@Nullable Object record, String place, String error) {
        if (record instanceof String text && StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            return quarantined(Encoding.TEXT, text.getBytes(StandardCharsets.UTF_8), place, error);
        }
        try {
            return quarantined(Encoding.CODEC, guard.codec().encode(record), place, error);
        } catch (CodecException e) {
            return quarantined(Encoding.SHOWN, shown(record).getBytes(StandardCharsets.UTF_8), place, error);
        }
    }

    private static String shown(@Nullable Object record) {
        try {
            return String.valueOf(record);
        } catch (RuntimeException e) {
            return "a " + Objects.requireNonNull(record).getClass().getName() + " whose toString() throws " + e;
        }
    }

    private QuarantinedRecord quarantined(Encoding encoding, byte[] raw, String place, String error) {
        return new QuarantinedRecord(encoding, raw, place, guard.name(), error);
    }

    private String describe(Throwable error) {
        String text = String.valueOf(error);
        String shown = text.length() <= LONGEST_ERROR ? text : text.substring(0, LONGEST_ERROR) + "...";
        StackTraceElement frame = userFrame(error);
        return shown
                + (frame == null
                        ? ""
                        : " at " + Operator.line(frame.getClassName(), frame.getFileName(), frame.getLineNumber()))
                + ", in the function of " + guard.operator();
    }

    /** The innermost line of the program, if it was under way. */
    private static @Nullable StackTraceElement userFrame(Throwable error) {
        for (StackTraceElement frame : error.getStackTrace()) {
            if (frame.getClassName().equals(GuardedPartition.class.getName())) {
                return null;
            }
            String module = frame.getModuleName();
            boolean jdk = module != null && (module.startsWith("java.") || module.startsWith("jdk."));
            if (!jdk && !frame.getClassName().startsWith("dev.millrace.internal.")) {
                return frame;
            }
        }
        return null;
    }
}
