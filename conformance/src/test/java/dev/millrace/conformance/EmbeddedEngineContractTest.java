/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.conformance;

class EmbeddedEngineContractTest extends ExecutionEngineContract {
    @Override
    String master() {
        return "local[2]";
    }
}
