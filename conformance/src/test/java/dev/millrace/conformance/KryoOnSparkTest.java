/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.conformance;

import dev.millrace.MillraceConf;
import dev.millrace.MillraceContext;
import dev.millrace.testkit.StreamTestDriver;
import dev.millrace.testkit.random.EngineRunner;
import dev.millrace.testkit.random.RandomCheck;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Programs run also where Spark is told to serialize by Kryo, which many clusters are; it cannot read records. */
class KryoOnSparkTest {
    private static final String SERIALIZER = "spark.serializer";
    private static final String KRYO = "org.apache.spark.serializer.KryoSerializer";

    @Test
    @Tag("full")
    void shouldRunWhenSparkSerializesByKryo() {
        RandomCheck check = RandomCheck.againstModel(EngineRunner.with(
                () -> StreamTestDriver.setup().master(SparkHeldOpen.MASTER).set(SERIALIZER, KRYO)));
        MillraceConf conf = new MillraceConf().setMaster(SparkHeldOpen.MASTER).set(SERIALIZER, KRYO);
        try (MillraceContext held = new MillraceContext(conf)) {
            for (long seed = 0; seed < 15; seed++) {
                check.check(seed);
            }
        }
    }
}
