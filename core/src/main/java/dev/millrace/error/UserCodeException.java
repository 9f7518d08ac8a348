/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.error;

/** A function of the program threw; names the operator and the line that passed the function in. */
public final class UserCodeException extends MillraceException {
    private final String operator;
    private final String callSite;

    public UserCodeException(String operator, String callSite, Throwable cause) {
        super(
                "the function given to " + operator + " at " + callSite + " threw " + cause
                        + "; correct the function, or filter out the records that it cannot take",
                cause);
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
