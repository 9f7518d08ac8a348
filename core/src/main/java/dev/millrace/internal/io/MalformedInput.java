/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io;

import dev.millrace.error.RefusedException;
import dev.millrace.internal.conf.Malformed;
import dev.millrace.internal.conf.Option;
import dev.millrace.internal.conf.Options;
import dev.millrace.internal.conf.Settings;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.operators.TaskScope;
import dev.millrace.spi.QuarantinedRecord;
import dev.millrace.spi.UnusableInput;

/**
 * The treatment of malformed input.
 *
 * @param most how much of it a batch may put aside
 * @param operator the operator that reads, for errors
 */
public record MalformedInput(Malformed policy, int most, String operator) implements UnusableInput {

    /** As files are read. */
    public static MalformedInput of(Settings settings, Operator operator) {
        return of(settings, Options.MALFORMED_INPUT, operator.toString());
    }

    public static MalformedInput of(Settings settings, Option<Malformed> policy, String operator) {
        return new MalformedInput(settings.get(policy), settings.get(Options.QUARANTINE_MOST), operator);
    }

    public boolean replaces() {
        return policy == Malformed.REPLACE;
    }

    public boolean putsAside() {
        TaskScope scope = TaskScope.current();
        return policy == Malformed.QUARANTINE
                && scope != null
                && scope.label().batch() != null; // outside of batches there is no quarantine
    }

    @Override
    public void refuse(String place, byte[] raw, String problem, String change) {
        TaskScope scope = TaskScope.current();
        if (scope == null || !putsAside()) {
            throw new RefusedException(place + ": " + problem + "; " + change);
        }
        scope.quarantine(new QuarantinedRecord(raw, place, operator, problem), most);
    }

    /** Continues a problem when only the beginning of malformed bytes is put aside; empty if all of them are. */
    public static String cut(int kept, int bytes) {
        return kept < bytes ? " (put aside are the first " + kept + " of " + bytes + " bytes)" : "";
    }

    /** Ends the sentence of a change to a file: the options that one has. */
    public static String orSet(String values) {
        return ", or set " + Options.MALFORMED_INPUT.key() + " to " + values;
    }
}
