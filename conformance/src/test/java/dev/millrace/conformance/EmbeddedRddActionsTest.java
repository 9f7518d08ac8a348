/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.conformance;

class EmbeddedRddActionsTest extends RddActionsContract {
    @Override
    String master() {
        return "local[2]";
    }
}
