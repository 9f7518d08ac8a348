/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.crash;

import dev.millrace.MillraceConf;
import dev.millrace.Tuple2;
import dev.millrace.rdd.StorageLevel;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StateType;
import dev.millrace.streaming.StopResult;
import dev.millrace.streaming.StreamingContext;
import dev.millrace.streaming.receiver.Receiver;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A process that runs a program again and again, as lines on its standard input say: {@code go} starts it, {@code finish}
 * ends it gracefully. It tells how each run has ended. The program takes numbers from a {@link Feeder}, beside a receiver
 * that stored one block and is silent since, puts them out and counts them.
 */
final class TakeoverProgram {
    /** Begins the line that tells how a run has ended. */
    static final String END = "end: ";

    static final String FINISHED = END + "finished";
    static final String NUMBERS = "numbers";
    static final String ONCE = "once";
    static final String COUNTS = "counts";
    static final long FIRST_OF_SILENT = -1;

    private @Nullable StreamingContext running;

    private TakeoverProgram() {}

    public static void main(String[] arguments) throws IOException {
        Child.begin();
        TakeoverProgram program = new TakeoverProgram();
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String command = commands.readLine(); command != null; command = commands.readLine()) {
            String[] words = command.split(" ");
            if (words[0].equals("go")) {
                MillraceConf conf = conf(Boolean.parseBoolean(words[3]));
                for (int i = 4; i < words.length; i += 2) {
                    conf.set(words[i], words[i + 1]);
                }
                program.start(new Workplace(Path.of(words[1])), Integer.parseInt(words[2]), conf);
            } else {
                program.finish();
            }
        }
        Runtime.getRuntime().halt(0);
    }

    /** The line that starts a run. */
    static String go(Workplace work, int port, boolean takeover, Map<String, String> settings) {
        StringBuilder line = new StringBuilder("go " + work.root() + " " + port + " " + takeover);
        settings.forEach(
                (key, value) -> line.append(" ").append(key).append(" ").append(value));
        return line.toString();
    }

    private void start(Workplace work, int port, MillraceConf conf) {
        StreamingContext streaming = null;
        try {
            streaming = program(work, port, conf);
            streaming.start();
        } catch (Throwable e) {
            tell("refused", e);
            return;
        }
        running = streaming;
        StreamingContext started = streaming;
        Thread waiting = new Thread(() -> awaitEnd(started));
        waiting.setDaemon(true);
        waiting.start();
    }

    private static void awaitEnd(StreamingContext started) {
        try {
            started.awaitTermination();
        } catch (Throwable e) {
            try {
                started.close();
            } catch (RuntimeException alsoWrong) {
                e.addSuppressed(alsoWrong);
            }
            tell("failed", e);
        }
    }

    private void finish() {
        StreamingContext started = running;
        if (started != null && started.stop(Duration.ofSeconds(60)) == StopResult.FINISHED) {
            System.out.println(FINISHED);
        }
    }

    private static void tell(String how, Throwable e) {
        e.printStackTrace();
        System.out.println(END + how + ": " + String.valueOf(e.getMessage()).replaceAll("\\s+", " "));
    }

    private static MillraceConf conf(boolean takeover) {
        return ReliableProgram.conf()
                .set("millrace.streaming.checkpoint.takeover", Boolean.toString(takeover))
                .set("millrace.streaming.receiver.maxRate", "3000")
                .set("millrace.streaming.receiverRestartDelay", "5ms")
                .set("millrace.streaming.stopGracefullyOnShutdown", "false");
    }

    private static StreamingContext program(Workplace work, int port, MillraceConf conf) {
        StreamingContext streaming = new StreamingContext(conf, Durations.milliseconds(20));
        streaming.checkpoint(work.checkpoint().toString());
        var numbers = streaming.receiverStream(new Numbers(port)).named(NUMBERS);
        numbers.to(StreamingContext.textFiles(work.output().resolve(NUMBERS).toString()))
                .named(NUMBERS);
        numbers.mapToPair(number -> Tuple2.of(number % 5, 1L))
                .updateStateByKey(
                        StateType.of("counted", Long.class),
                        (values, before) -> Optional.of(before.orElse(0L) + values.size()))
                .to(StreamingContext.textFiles(work.output().resolve(COUNTS).toString()))
                .named(COUNTS);
        streaming
                .receiverStream(new Silent())
                .named("silent")
                .to(StreamingContext.textFiles(work.output().resolve(ONCE).toString()))
                .named(ONCE);
        return streaming;
    }

    /** Begins after the last durable position, and acknowledges what is durable; connects again when the sender hangs up. */
    private static final class Numbers extends Receiver<Long> {
        private final int port;
        private volatile @Nullable FeederConnection feeder;

        Numbers(int port) {
            super(StorageLevel.MEMORY_AND_DISK_SER());
            this.port = port;
        }

        @Override
        protected void run() throws IOException {
            FeederConnection connection = new FeederConnection(port);
            feeder = connection;
            long durable = this.<Long>lastDurablePosition().orElse(0L);
            for (long number = connection.open(durable); number > 0; number = connection.next()) {
                if (number > durable) { // else it came before
                    store(number, number);
                }
            }
            throw new IOException("the sender has hung up");
        }

        @Override
        public void onStop() {
            FeederConnection connection = feeder;
            if (connection != null) {
                connection.close();
            }
        }

        @Override
        protected void onDurable(Object position) {
            try {
                FeederConnection connection = feeder;
                if (connection != null) {
                    connection.acknowledge((long) position);
                }
            } catch (IOException e) {
                reportError("an acknowledgement is lost", e);
            }
        }
    }

    /** Stores one block in its first life, and nothing ever since. */
    private static final class Silent extends Receiver<Long> {
        Silent() {
            super(StorageLevel.MEMORY_AND_DISK_SER());
        }

        @Override
        public void onStart() {
            if (lastDurablePosition().isEmpty()) {
                store(FIRST_OF_SILENT, 1L);
            }
        }
    }
}
