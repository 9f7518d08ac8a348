/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.soak;

import dev.millrace.MillraceConf;
import dev.millrace.Tuple2;
import dev.millrace.crash.FedNumbers;
import dev.millrace.streaming.DStream;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.ErrorPolicy;
import dev.millrace.streaming.MapWithStateDStream;
import dev.millrace.streaming.PairDStream;
import dev.millrace.streaming.StateType;
import dev.millrace.streaming.StreamingContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The streams and outputs of the program: of honest input everything that can be counted again, of hostile input enough to be hurt by it. */
final class SoakProgram {
    static final Duration INTERVAL = Durations.milliseconds(200);
    static final Duration WINDOW = Durations.seconds(2);
    static final Duration SLIDE = Durations.milliseconds(400);
    static final int KEYS = 16;
    static final int SESSION = 1000; // numbers
    static final Duration TIMEOUT = Durations.seconds(3);

    private final StreamingContext streaming;
    private final SoakPlace place;
    private final Ports ports;
    private final Telemetry telemetry;

    record Word(String text, int length) {}

    /** Where the peers wait. */
    record Ports(int numbers, int lines, int text, int storm, int raw) {
        List<String> arguments() {
            return List.of("" + numbers, "" + lines, "" + text, "" + storm, "" + raw);
        }

        static Ports parse(String[] arguments, int from) {
            int[] port = new int[5];
            for (int i = 0; i < port.length; i++) {
                port[i] = Integer.parseInt(arguments[from + i]);
            }
            return new Ports(port[0], port[1], port[2], port[3], port[4]);
        }
    }

    private SoakProgram(SoakPlace place, Ports ports, Telemetry telemetry) {
        this.streaming = new StreamingContext(conf(place), INTERVAL);
        this.place = place;
        this.ports = ports;
        this.telemetry = telemetry;
    }

    static StreamingContext build(SoakPlace place, Ports ports, Telemetry telemetry) {
        SoakProgram program = new SoakProgram(place, ports, telemetry);
        program.build();
        return program.streaming;
    }

    private static MillraceConf conf(SoakPlace place) {
        return new MillraceConf()
                .setMaster("local[2]")
                .set("millrace.streaming.blockInterval", "50ms")
                .set("millrace.streaming.receiver.maxRate", "2000")
                .set("millrace.streaming.receiver.maxPendingBytes", "64m")
                .set("millrace.streaming.receiver.writeAheadLog.segmentBytes", "1m")
                .set("millrace.streaming.receiverRestartDelay", "100ms")
                .set("millrace.streaming.checkpoint.snapshotBytes", "1m")
                .set("millrace.streaming.fileStream.malformedInput", "quarantine")
                .set("millrace.streaming.socket.malformedInput", "quarantine")
                .set("millrace.streaming.socket.maxLineBytes", "64k")
                .set("millrace.streaming.socket.maxBlockBytes", "8m")
                .set(
                        "millrace.streaming.quarantine.directory",
                        place.quarantine().toString())
                .registerTypes(Word.class, Span.class);
    }

    private void build() {
        streaming.checkpoint(place.checkpoint().toString());
        streaming.addStreamingListener(telemetry);
        DStream<Long> numbers = streaming
                .receiverStream(new FedNumbers(ports.numbers(), false, number -> {}))
                .named("numbers");
        List<DStream<String>> rows = new ArrayList<>();
        DStream<String> spans = spans(numbers);
        rows.add(spans);
        rows.addAll(counts(numbers));
        rows.add(sessions(numbers));
        rows.add(files());
        rows.add(lines());
        rows.add(hostileWords());
        rows.add(hostileBlocks());
        DStream<String> all = rows.get(0);
        for (DStream<String> more : rows.subList(1, rows.size())) {
            all = all.union(more);
        }
        all.to(new RowFiles(place.rows())).named("rows");
        spans.to(StreamingContext.textFiles(place.copy().toString())).named("copy");
    }

    /** Which numbers came in the batch. */
    private static DStream<String> spans(DStream<Long> numbers) {
        return numbers.mapToPair(number -> Tuple2.of("numbers", Span.of(number)))
                .reduceByKey(Span::and)
                .map(pair -> "numbers " + pair._2().row());
    }

    /** How many numbers of each key came in the batch, in the window in two ways, and from the beginning. */
    private static List<DStream<String>> counts(DStream<Long> numbers) {
        PairDStream<Long, Long> counts =
                numbers.mapToPair(number -> Tuple2.of(number % KEYS, 1L)).reduceByKey(Long::sum);
        PairDStream<Long, Long> totals = counts.updateStateByKey(
                StateType.of("totals", Long.class),
                (values, total) -> Optional.of(total.orElse(0L)
                        + values.stream().mapToLong(value -> value).sum()));
        return List.of(
                row("key", counts),
                row("window", counts.reduceByKeyAndWindow(Long::sum, WINDOW).named("window")),
                row(
                        "inverse",
                        counts.reduceByKeyAndWindow(Long::sum, (a, b) -> a - b, WINDOW, INTERVAL)
                                .named("inverse")),
                row("total", totals));
    }

    private static <K, V> DStream<String> row(String kind, PairDStream<K, V> pairs) {
        return pairs.map(pair -> kind + " " + pair._1() + " " + pair._2());
    }

    /** Sessions of numbers that follow each other; a row for each that has ended. */
    private DStream<String> sessions(DStream<Long> numbers) {
        MapWithStateDStream<Long, Long, Long, String> sessions = numbers.mapToPair(
                        number -> Tuple2.of(number / SESSION, number))
                .mapWithState(StateType.of("sessions", Long.class).timeout(TIMEOUT), (time, session, number, count) -> {
                    if (count.isTimingOut()) {
                        return Optional.of("session " + session + " " + count.get());
                    }
                    count.update(count.orElse(0L) + 1);
                    return Optional.empty();
                });
        sessions.stateSnapshots().foreachRDD("sessions open", rdd -> {
            telemetry.sessions(rdd.count());
        });
        return sessions.map(row -> row);
    }

    private DStream<String> files() {
        return row(
                "file",
                spansOf(streaming
                        .textFileStream(place.input().toString(), false)
                        .named("files")));
    }

    private DStream<String> lines() {
        return row(
                "line",
                spansOf(streaming.socketTextStream("127.0.0.1", ports.lines()).named("lines")));
    }

    /** Of lines that are a name and a number, which numbers came of each name. */
    private static PairDStream<String, String> spansOf(DStream<String> lines) {
        return lines.mapToPair(line -> {
                    int space = line.indexOf(' ');
                    return Tuple2.of(line.substring(0, space), Span.of(Long.parseLong(line.substring(space + 1))));
                })
                .reduceByKey(Span::and)
                .mapValues(Span::row);
    }

    /** Words as keys of several kinds, in a shuffle, a state and a window. */
    private DStream<String> hostileWords() {
        DStream<String> text = streaming
                .socketTextStream("127.0.0.1", ports.text())
                .named("text")
                .union(streaming.socketTextStream("127.0.0.1", ports.storm()).named("storm"));
        PairDStream<Object, Long> words = text.flatMapToPair(line -> {
                    List<Tuple2<Object, Long>> keys = new ArrayList<>();
                    for (String word : line.split(" ", 100)) {
                        keys.add(Tuple2.of(key(line, word), 1L));
                    }
                    return keys.iterator();
                })
                .reduceByKey(Long::sum);
        words.reduceByKeyAndWindow(Long::sum, WINDOW, SLIDE)
                .named("word window")
                .foreachRDD("window of words", rdd -> {
                    rdd.count();
                });
        MapWithStateDStream<Object, Long, Long, Long> state =
                words.mapWithState(StateType.of("words", Long.class).timeout(TIMEOUT), (time, word, count, total) -> {
                    if (total.isTimingOut()) {
                        return Optional.of(total.get());
                    }
                    total.update(total.orElse(0L) + count.orElseThrow());
                    return Optional.empty();
                });
        return row("words", count(words.map(word -> 1L).union(state.map(gone -> 1L))));
    }

    private static PairDStream<String, Long> count(DStream<Long> ones) {
        return ones.mapToPair(one -> Tuple2.of("hostile", one)).reduceByKey(Long::sum);
    }

    private static Object key(String line, String word) {
        return switch (line.isEmpty() ? ' ' : line.charAt(0)) {
            case 'T' -> Tuple2.of(word, 1);
            case 'R' -> new Word(word, 1);
            default -> word;
        };
    }

    /** Blocks may hold anything; each value is a key once, and what is no text fails in a function. */
    private DStream<String> hostileBlocks() {
        DStream<Object> values =
                streaming.rawSocketStream("127.0.0.1", ports.raw()).named("blocks");
        DStream<Long> texts = values.map(value -> (long) ((String) value).length())
                .named("texts")
                .onError(ErrorPolicy.quarantine());
        PairDStream<Object, Long> keys = values.filter(value -> value != null)
                .mapToPair(value -> Tuple2.of(value, 1L))
                .reduceByKey(Long::sum);
        return row("blocks", count(texts.map(length -> 1L).union(keys.map(key -> 1L))));
    }
}
