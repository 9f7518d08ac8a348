/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.examples;

import dev.millrace.MillraceConf;
import dev.millrace.Tuple2;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StateType;
import dev.millrace.streaming.StreamingContext;
import java.util.List;
import java.util.Optional;

/**
 * Counts words since the start, of all files that are renamed into a directory, and writes the totals of each batch to
 * files. Kill it at any time, with SIGKILL too, and start it again with the same directories: the counts and the files
 * come out as if it had never stopped.
 */
public final class StatefulWordCount {
    private StatefulWordCount() {}

    public static void build(StreamingContext ssc, String input, String output, String checkpoint) {
        ssc.checkpoint(checkpoint);
        ssc.textFileStream(input, false)
                .named("lines")
                .flatMapList(line -> List.of(line.trim().split("\\s+")))
                .filter(word -> !word.isEmpty())
                .mapToPair(word -> Tuple2.of(word, 1L))
                .reduceByKey(Long::sum)
                .updateStateByKey(StateType.of("totals", Long.class), StatefulWordCount::add)
                .map(total -> total._1() + "\t" + total._2())
                .to(StreamingContext.textFiles(output))
                .named("totals");
    }

    private static Optional<Long> add(List<Long> counts, Optional<Long> total) {
        return Optional.of(
                total.orElse(0L) + counts.stream().mapToLong(Long::longValue).sum());
    }

    public static void main(String[] args) throws InterruptedException {
        if (args.length != 3) {
            System.err.println("usage: StatefulWordCount INPUT OUTPUT CHECKPOINT (directories)");
            System.exit(2);
        }
        MillraceConf conf = new MillraceConf().setMaster("local[*]").setAppName("stateful word count");
        try (StreamingContext ssc = new StreamingContext(conf, Durations.seconds(1))) {
            build(ssc, args[0], args[1], args[2]);
            ssc.start();
            ssc.awaitTermination();
        }
    }
}
