/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.conformance;

class EmbeddedStepContractTest extends StepContract {
    @Override
    String master() {
        return "local[2]";
    }
}
