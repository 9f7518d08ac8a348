/* SPDX-License-Identifier: Apache-2.0 */
package programs;

import java.io.Serializable;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.Optional;
import org.apache.spark.api.java.function.Function4;
import org.apache.spark.streaming.Duration;
import org.apache.spark.streaming.Durations;
import org.apache.spark.streaming.State;
import org.apache.spark.streaming.StateSpec;
import org.apache.spark.streaming.Time;
import org.apache.spark.streaming.api.java.JavaDStream;
import org.apache.spark.streaming.api.java.JavaMapWithStateDStream;
import org.apache.spark.streaming.api.java.JavaPairDStream;
import org.apache.spark.streaming.api.java.JavaStreamingContext;
import scala.Tuple2;

/** Puts clicks together to sessions, which end when a user is idle. Usage: SessionsOfUsers HOST PORT CHECKPOINT */
public final class SessionsOfUsers {
    private static final Duration BATCH = Durations.milliseconds(500);
    private static final Duration IDLE = BATCH.times(2);

    /** The state of a user. */
    public static class Session implements Serializable {
        private int clicks;
        private long started;
        private String lastPage;

        public void add(String page, Time at) {
            if (clicks == 0) {
                started = at.milliseconds();
            }
            clicks++;
            lastPage = page;
        }

        @Override
        public String toString() {
            return clicks + " clicks, left at " + lastPage;
        }
    }

    public static void main(String[] args) throws Exception {
        String checkpoint = args[2];
        JavaStreamingContext jssc = JavaStreamingContext.getOrCreate(
                checkpoint, () -> create(args[0], Integer.parseInt(args[1]), checkpoint));
        jssc.start();
        jssc.awaitTermination();
    }

    private static JavaStreamingContext create(String host, int port, String checkpoint) {
        if (IDLE.less(BATCH)) {
            throw new IllegalArgumentException("a session is longer than a batch");
        }
        SparkConf conf = new SparkConf().setAppName("sessions");
        conf.set("spark.streaming.receiver.writeAheadLog.enable", "true");
        JavaStreamingContext jssc = new JavaStreamingContext(conf, BATCH);
        jssc.checkpoint(checkpoint);
        JavaPairDStream<String, String> clicks = jssc.socketTextStream(host, port)
                .mapToPair(line -> new Tuple2<>(line.split(" ")[0], line.split(" ")[1]));
        Function4<Time, String, Optional<String>, State<Session>, Optional<String>> track =
                (time, user, page, state) -> {
                    if (state.isTimingOut()) {
                        return Optional.of(user + ": " + state.get());
                    }
                    Session session = state.exists() ? state.get() : new Session();
                    if (page.isPresent()) {
                        session.add(page.get(), time);
                    }
                    state.update(session);
                    return Optional.absent();
                };
        JavaMapWithStateDStream<String, String, Session, String> sessions =
                clicks.mapWithState(StateSpec.function(track).timeout(IDLE));
        JavaDStream<String> ended = sessions;
        ended.print(100);
        sessions.stateSnapshots().count().print();
        return jssc;
    }
}
