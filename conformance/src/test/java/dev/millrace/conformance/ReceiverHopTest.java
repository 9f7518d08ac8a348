/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import dev.millrace.Tuple2;
import dev.millrace.rdd.StorageLevel;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StateType;
import dev.millrace.streaming.StopResult;
import dev.millrace.streaming.StreamingContext;
import dev.millrace.streaming.receiver.Receiver;
import dev.millrace.testkit.NoLeaks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Receivers run in this process on either engine, and a program with one may change its engine in mid-stream. */
@Timeout(120)
class ReceiverHopTest {
    private static final long RECORDS = 3_000;

    @TempDir
    private Path directory;

    /** Numbers from where it was left; the last of a run is stored, and the run knows. */
    private static final class Numbers extends Receiver<Long> {
        private final long until;
        private final CountDownLatch stored = new CountDownLatch(1);

        Numbers(long until) {
            super(StorageLevel.MEMORY_AND_DISK_SER());
            this.until = until;
        }

        @Override
        protected void run() {
            for (long i = this.<Long>lastDurablePosition().orElse(0L) + 1; i <= until; i++) {
                store(i, i);
            }
            stored.countDown();
        }
    }

    /** Stops when numbers up to {@code until} are stored; gracefully, or leaving what no batch has taken to the next. */
    private Map<Long, Long> run(String master, long until, boolean gracefully) throws InterruptedException {
        Map<Long, Long> totals = new ConcurrentHashMap<>();
        Numbers receiver = new Numbers(until);
        MillraceConf conf = new MillraceConf().setMaster(master).set("millrace.streaming.blockInterval", "5ms");
        try (StreamingContext ssc = new StreamingContext(conf, Durations.milliseconds(100))) {
            ssc.checkpoint(directory.resolve("checkpoint").toString());
            var numbers = ssc.receiverStream(receiver).named("numbers");
            numbers.to(StreamingContext.textFiles(directory.resolve("out").toString()))
                    .named("files");
            numbers.mapToPair(number -> Tuple2.of(number % 10, number))
                    .updateStateByKey(
                            StateType.of("totals", Long.class),
                            (values, total) -> Optional.of(total.orElse(0L)
                                    + values.stream().mapToLong(Long::longValue).sum()))
                    .foreachRDD("totals", rdd -> totals.putAll(rdd.collectAsMap()));
            ssc.start();
            assertThat(receiver.stored.await(100, TimeUnit.SECONDS)).isTrue();
            StopResult result = ssc.stop(gracefully ? Duration.ofSeconds(60) : Duration.ZERO);
            assertThat(gracefully && result != StopResult.FINISHED).isFalse();
        }
        return totals;
    }

    private List<Long> written() throws IOException {
        List<Long> numbers = new ArrayList<>();
        try (Stream<Path> files = Files.walk(directory.resolve("out"))) {
            for (Path file : (Iterable<Path>)
                    files.filter(one -> one.getFileName().toString().startsWith("part"))::iterator) {
                Files.readAllLines(file).forEach(line -> numbers.add(Long.valueOf(line)));
            }
        }
        return numbers;
    }

    private void mustBeComplete(Map<Long, Long> totals) throws IOException {
        assertThat(written())
                .containsExactlyInAnyOrderElementsOf(
                        LongStream.rangeClosed(1, RECORDS).boxed().toList());
        for (long digit = 0; digit < 10; digit++) {
            long last = digit;
            assertThat(totals.get(last))
                    .isEqualTo(LongStream.rangeClosed(1, RECORDS)
                            .filter(number -> number % 10 == last)
                            .sum());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"local[2]", SparkHeldOpen.MASTER})
    void shouldPutOutEveryRecordOnceOnEitherEngine(String master) throws Exception {
        mustBeComplete(run(master, RECORDS, true));
    }

    @Test
    @ExtendWith(NoLeaks.class)
    void shouldPutOutEveryRecordOnceWhenTheEngineChangesInMidStream() throws Exception {
        run("local[2]", RECORDS / 3, false);
        run(SparkHeldOpen.MASTER, 2 * RECORDS / 3, true); // with what the run before has logged
        mustBeComplete(run("local[2]", RECORDS, true));
    }
}
