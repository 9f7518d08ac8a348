/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace;

import dev.millrace.rdd.RDD;
import dev.millrace.streaming.DStream;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StreamingContext;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;

/** Short cuts that tests of programs share. */
public final class Programs {
    private Programs() {}

    public static StreamingContext local() {
        return local(new MillraceConf());
    }

    public static StreamingContext local(MillraceConf conf) {
        return new StreamingContext(conf.setMaster("local[2]"), Durations.seconds(1));
    }

    /** A stream whose batches are the given lists, in two partitions each. */
    @SafeVarargs
    @SuppressWarnings("varargs")
    public static <T> DStream<T> batches(StreamingContext ssc, List<T>... batches) {
        return batches(ssc, Arrays.asList(batches));
    }

    public static <T> DStream<T> batches(StreamingContext ssc, Iterable<List<T>> batches) {
        Queue<RDD<T>> queue = new ArrayDeque<>();
        for (List<T> batch : batches) {
            queue.add(ssc.millraceContext().parallelize(batch, 2));
        }
        return ssc.queueStream(queue);
    }

    /** A stream whose batches are the given datasets. */
    public static <T> DStream<T> queued(StreamingContext ssc, Iterator<RDD<T>> batches) {
        Queue<RDD<T>> queue = new ArrayDeque<>();
        batches.forEachRemaining(queue::add);
        return ssc.queueStream(queue);
    }

    /** What a stream gives, a list a batch, filled while batches run. */
    public static <T> List<List<T>> collected(DStream<T> stream) {
        List<List<T>> all = new ArrayList<>();
        stream.foreachRDD(rdd -> {
            all.add(rdd.collect());
        });
        return all;
    }
}
