/** Discretized Streams for Java: the API and the embedded engine. */
@SuppressWarnings("module") // the friends are compiled after this module
module dev.millrace.core {
    requires java.management;
    requires static java.logging; // where lines go by default
    requires static jdk.management;
    requires static org.jspecify;

    exports dev.millrace;
    exports dev.millrace.codec;
    exports dev.millrace.error;
    exports dev.millrace.function;
    exports dev.millrace.rdd;
    exports dev.millrace.spi;
    exports dev.millrace.streaming;
    exports dev.millrace.streaming.event;
    exports dev.millrace.streaming.receiver;
    exports dev.millrace.internal.changes to
            dev.millrace.engine.spark;
    exports dev.millrace.internal.checkpoint to
            dev.millrace.testkit;
    exports dev.millrace.internal.codec to
            dev.millrace.engine.spark,
            dev.millrace.testkit;
    exports dev.millrace.internal.conf to
            dev.millrace.engine.spark,
            dev.millrace.testkit;
    exports dev.millrace.internal.crash to
            dev.millrace.testkit;
    exports dev.millrace.internal.engine to
            dev.millrace.engine.spark,
            dev.millrace.testkit;
    exports dev.millrace.internal.errors to
            dev.millrace.engine.spark,
            dev.millrace.testkit;
    exports dev.millrace.internal.graph to
            dev.millrace.testkit;
    exports dev.millrace.internal.lineage to
            dev.millrace.engine.spark,
            dev.millrace.testkit;
    exports dev.millrace.internal.memory to
            dev.millrace.engine.spark,
            dev.millrace.testkit;
    exports dev.millrace.internal.logging to
            dev.millrace.engine.spark;
    exports dev.millrace.internal.program to
            dev.millrace.testkit;
    exports dev.millrace.internal.operators to
            dev.millrace.engine.spark,
            dev.millrace.testkit;

    uses dev.millrace.internal.engine.EngineProvider;
    uses dev.millrace.spi.FileStoreProvider;
}
