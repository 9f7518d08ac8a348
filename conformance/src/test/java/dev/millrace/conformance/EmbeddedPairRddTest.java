/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.conformance;

class EmbeddedPairRddTest extends PairRddContract {
    @Override
    String master() {
        return "local[2]";
    }
}
