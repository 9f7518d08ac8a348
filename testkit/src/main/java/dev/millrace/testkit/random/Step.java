/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.random;

import java.util.List;

/**
 * One operation of a random program.
 *
 * @param operation the operation that it runs
 * @param inputs the places of the streams that it takes
 * @param first its first parameter, from 1
 * @param second its second parameter, from 1
 */
public record Step(Operation operation, List<Integer> inputs, int first, int second) {
    @Override
    public String toString() {
        String call = operation.text().replace("$1", Integer.toString(first)).replace("$2", Integer.toString(second));
        return "s" + inputs.get(0) + "." + call + (inputs.size() == 2 ? "(s" + inputs.get(1) + ")" : "");
    }
}
