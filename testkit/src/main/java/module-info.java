/* SPDX-License-Identifier: Apache-2.0 */
/** Tests of stream programs: virtual time, a reference model, random programs, crash points. */
module dev.millrace.testkit {
    requires transitive dev.millrace.core;
    requires static org.jspecify;
    requires static org.junit.jupiter.api;

    exports dev.millrace.testkit;
    exports dev.millrace.testkit.random;

    opens dev.millrace.testkit.random to
            dev.millrace.core; // a state of random programs

    provides dev.millrace.internal.engine.EngineProvider with
            dev.millrace.testkit.internal.PortableEngineProvider;
    provides dev.millrace.spi.FileStoreProvider with
            dev.millrace.testkit.internal.GivenStores;
}
