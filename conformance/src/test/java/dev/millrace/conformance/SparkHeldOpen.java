/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.conformance;

import dev.millrace.MillraceConf;
import dev.millrace.MillraceContext;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Keeps Spark running for the tests of a class, which share it by their own contexts. */
final class SparkHeldOpen implements BeforeAllCallback, AfterAllCallback {
    static final String MASTER = "spark:local[2]";

    private MillraceContext held;

    static MillraceContext context() {
        return new MillraceContext(conf());
    }

    private static MillraceConf conf() {
        return new MillraceConf()
                .setMaster(MASTER)
                .set("spark.executor.killOnFatalError.depth", "0"); // a simulated crash ends no process
    }

    @Override
    public void beforeAll(ExtensionContext tests) {
        held = context();
    }

    @Override
    public void afterAll(ExtensionContext tests) {
        held.close();
    }
}
