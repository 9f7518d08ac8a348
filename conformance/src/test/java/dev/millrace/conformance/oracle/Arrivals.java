/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.conformance.oracle;

import dev.millrace.Tuple2;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.spark.streaming.api.java.JavaDStream;
import org.apache.spark.streaming.api.java.JavaPairDStream;
import org.apache.spark.streaming.api.java.JavaStreamingContext;

/** The results that outputs of Spark Streaming have given, batch by batch. */
final class Arrivals {
    private static final long PATIENCE_SECONDS = 120;

    private final Map<String, List<List<Object>>> byOutput = new LinkedHashMap<>();
    private long count;

    /** Collects each batch of a stream, of records or of pairs. */
    void collect(String output, Object stream) {
        byOutput.put(output, new ArrayList<>());
        if (stream instanceof JavaPairDStream<?, ?> pairs) {
            pairs.foreachRDD(rdd -> add(output, new ArrayList<>(rdd.collect())));
        } else {
            ((JavaDStream<?>) stream).foreachRDD(rdd -> add(output, new ArrayList<>(rdd.collect())));
        }
    }

    private synchronized void add(String output, List<Object> records) {
        records.replaceAll(
                record -> record instanceof scala.Tuple2<?, ?> pair ? Tuple2.of(pair._1(), pair._2()) : record);
        byOutput.get(output).add(records);
        count++;
        notifyAll();
    }

    /** Waits until so many batches of outputs have come in all; throws what a batch has thrown. */
    synchronized void await(long expected, JavaStreamingContext context) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        try {
            while (count < expected) {
                wait(20);
                context.awaitTerminationOrTimeout(0); // throws what a batch has thrown
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException(
                            "only " + count + " of " + expected + " batches of outputs have come: " + byOutput);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while batches of Spark Streaming run", e);
        }
    }

    synchronized Map<String, List<List<Object>>> byOutput() {
        return byOutput;
    }
}
