/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.error;

import java.util.List;

/** The program or its configuration cannot be started; lists everything that is wrong, at once. */
public final class InvalidProgramException extends IllegalArgumentException {
    private final transient List<String> problems;

    /** An error whose message is a headline and then a line a problem. */
    public InvalidProgramException(String headline, List<String> problems) {
        super(headline + "\n  - " + String.join("\n  - ", problems));
        this.problems = List.copyOf(problems);
    }

    /** One entry a problem, each with the change to make. */
    public List<String> problems() {
        return problems;
    }
}
