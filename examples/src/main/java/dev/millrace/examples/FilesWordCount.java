/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.examples;

import dev.millrace.Tuple2;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StreamingContext;
import java.util.List;

/** Counts the words of the files that are renamed into a directory from now on, batch by batch. */
public final class FilesWordCount {
    private FilesWordCount() {}

    public static void build(StreamingContext ssc, String directory) {
        ssc.textFileStream(directory)
                .named("lines")
                .flatMapList(line -> List.of(line.split(" ")))
                .mapToPair(word -> Tuple2.of(word, 1))
                .reduceByKey(Integer::sum)
                .named("counts")
                .print();
    }

    public static void main(String[] args) throws InterruptedException {
        if (args.length != 1) {
            System.err.println("usage: FilesWordCount DIRECTORY");
            System.exit(2);
        }
        try (StreamingContext ssc = StreamingContext.local(Durations.seconds(1))) {
            build(ssc, args[0]);
            ssc.start();
            ssc.awaitTermination();
        }
    }
}
