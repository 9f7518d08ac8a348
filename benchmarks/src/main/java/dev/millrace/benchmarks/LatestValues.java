/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.benchmarks;

import dev.millrace.MillraceConf;
import dev.millrace.Tuple2;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StateType;
import dev.millrace.streaming.StreamingContext;
import java.util.Optional;

/** A program that keeps the last value of each key, as a state of this name, in virtual time, with a checkpoint. */
final class LatestValues {
    static final String STATE = "values";

    private LatestValues() {}

    /**
     * The program, which has not begun.
     *
     * @param value of each record
     * @param foldBytes how many bytes of journals are folded at once
     */
    static StreamingContext program(Updates updates, String value, String foldBytes, String checkpoint) {
        StreamingContext ssc = new StreamingContext(
                new MillraceConf()
                        .setMaster("local[2]")
                        .set("millrace.streaming.checkpoint.snapshotBytes", foldBytes)
                        .set("millrace.streaming.checkpoint.retainedBatches", "0"),
                Durations.seconds(1));
        ssc.checkpoint(checkpoint);
        ssc.from(updates)
                .named("keys")
                .mapToPair(key -> new Tuple2<>(key, value))
                .mapWithState(StateType.of(STATE, String.class), (time, key, latest, state) -> {
                    state.update(latest.orElseThrow());
                    return Optional.empty();
                })
                .foreachRDD(rdd -> {})
                .named("nothing");
        return ssc;
    }
}
