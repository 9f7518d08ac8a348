/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.examples;

import dev.millrace.Tuple2;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StreamingContext;
import java.util.List;

/** Counts the words of the files that appear in the directory {@code in}, batch by batch. */
public final class WordCount {
    private WordCount() {}

    public static void build(StreamingContext ssc) {
        ssc.textFileStream("in", false)
                .named("lines")
                .flatMapList(line -> List.of(line.split(" ")))
                .mapToPair(word -> Tuple2.of(word, 1))
                .reduceByKey(Integer::sum)
                .named("counts")
                .print();
    }

    public static void main(String[] args) throws InterruptedException {
        try (StreamingContext ssc = StreamingContext.local(Durations.seconds(1))) {
            build(ssc);
            ssc.start();
            ssc.awaitTermination();
        }
    }
}
