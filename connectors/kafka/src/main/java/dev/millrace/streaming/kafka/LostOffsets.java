/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import dev.millrace.error.RefusedException;
import dev.millrace.spi.SourceContext;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What becomes of offsets that are not there any more. */
enum LostOffsets {
    /** The batch fails. */
    FAIL,
    /** The stream goes on with the first record that is there. */
    EARLIEST,
    /** The stream goes on with what comes. */
    LATEST;

    static final String KEY = "millrace.streaming.kafka.lostOffsets";
    private static final System.Logger LOG = System.getLogger("dev.millrace.streaming.kafka");

    static LostOffsets of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }

    /**
     * Fails, or reports that records are lost.
     *
     * @param what was found, a sentence without its end
     * @param context of the source, or null in a task of another process
     */
    void lost(String operator, String what, @Nullable SourceContext context) {
        if (this == FAIL) {
            throw new RefusedException(operator + ": " + what + "; these records are lost for this program: set " + KEY
                    + " to earliest to go on with what is there, or to latest to go on with what comes, or begin anew with"
                    + " another checkpoint directory");
        }
        report(operator, what, context);
    }

    /**
     * Fails, or reports that a program does not begin where it says.
     *
     * @param what was found, a sentence without its end
     * @param change one way on, an imperative
     */
    void notThere(String operator, String what, String change, SourceContext context) {
        if (this == FAIL) {
            throw new RefusedException(operator + ": " + what + "; " + change + ", or set " + KEY
                    + " to earliest to begin with what is there, or to latest to begin with what comes");
        }
        report(operator, what, context);
    }

    private void report(String operator, String what, @Nullable SourceContext context) {
        String told = operator + ": " + what + "; goes on with "
                + (this == EARLIEST ? "what is there" : "what comes") + ", because " + KEY + " is "
                + name().toLowerCase(Locale.ROOT);
        LOG.log(System.Logger.Level.WARNING, told);
        if (context != null) {
            context.problem(told, null);
        }
    }
}
