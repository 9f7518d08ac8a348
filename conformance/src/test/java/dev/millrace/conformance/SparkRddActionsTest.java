/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.conformance;

import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SparkHeldOpen.class)
class SparkRddActionsTest extends RddActionsContract {
    @Override
    String master() {
        return SparkHeldOpen.MASTER;
    }
}
