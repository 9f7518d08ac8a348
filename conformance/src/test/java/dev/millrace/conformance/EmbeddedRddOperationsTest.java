/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.conformance;

class EmbeddedRddOperationsTest extends RddOperationsContract {
    @Override
    String master() {
        return "local[2]";
    }
}
