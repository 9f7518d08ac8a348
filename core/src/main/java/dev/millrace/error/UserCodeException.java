/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.error;

/** A function of the program threw, or returned what it must not; names the operator and the line that passed it in. */
public final class UserCodeException extends MillraceException {
    private final String operator;
    private final String callSite;

    /** @param message says what happened, where, and what to change */
    public UserCodeException(String message, String operator, String callSite, Throwable cause) {
        super(message, cause);
        this.operator = operator;
        this.callSite = callSite;
    }

    /** The operation, such as {@code map}. */
    public String operator() {
        return operator;
    }

    /** The program's line, such as {@code WordCount.java:21}. */
    public String callSite() {
        return callSite;
    }
}
