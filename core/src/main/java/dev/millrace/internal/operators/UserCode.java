/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.operators;

import dev.millrace.error.MillraceException;
import dev.millrace.error.UserCodeException;
import dev.millrace.internal.lineage.Operator;

/** Turns what a user's function threw into an error that names the operator and the line. */
public final class UserCode {
    private UserCode() {}

    public static RuntimeException failed(Operator operator, Throwable cause) {
        if (cause instanceof MillraceException known) {
            return known; // of an operator or a job further in, which has said it all
        }
        if (cause instanceof VirtualMachineError fatal) {
            throw fatal;
        }
        return new UserCodeException(operator.name(), operator.callSite(), cause);
    }
}
