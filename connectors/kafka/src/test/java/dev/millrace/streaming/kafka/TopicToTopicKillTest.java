/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that counts from topic to topic is killed with SIGKILL again and again, and the broker is restarted meanwhile. A reader of
 * committed records in another process, which knows nothing of us, sees at any time a prefix of what is to come, and in the end all of it.
 */
class TopicToTopicKillTest {
    private static final long PATIENCE_NANOS = 300_000_000_000L;
    private static final int MOST_STEPS = 60;
    private static final int RECORDS = 40; // a life
    private static final int KEYS = 7;

    private final Map<String, Long> sent = new TreeMap<>();

    @TempDir
    Path directory;

    @Test
    @Tag("full")
    void shouldCountEachRecordOnceThroughTenKills() throws Exception {
        run(10, 5);
    }

    @Test
    @Tag("crash-long")
    void shouldCountEachRecordOnceThroughTwoHundredKills() throws Exception {
        run(200, 20);
    }

    /** @param restartEvery after how many kills the broker is restarted, while the program runs */
    private void run(int kills, int restartEvery) throws Exception {
        long seed = Long.getLong("kills.seed", System.nanoTime());
        System.out.println("-Dkills.seed=" + seed);
        Random random = new Random(seed);
        try (KafkaBroker broker = KafkaBroker.start(directory.resolve("broker"))) {
            broker.createTopic("from", 4);
            broker.createTopic("to", 4);
            for (int life = 1; life <= kills; life++) {
                send(broker);
                Process program = start(broker, 1 + random.nextInt(3));
                try {
                    if (life % restartEvery == 0) {
                        await(program, 1 + random.nextInt(MOST_STEPS));
                        broker.stop();
                        broker.restart();
                    }
                    await(program, 1 + random.nextInt(MOST_STEPS));
                } finally {
                    program.destroyForcibly().waitFor();
                }
                seen(broker);
            }
            finish(broker);
        } catch (Throwable e) {
            throw new AssertionError("with -Dkills.seed=" + seed + ": " + e, e);
        }
    }

    private void finish(KafkaBroker broker) throws Exception {
        Process program = start(broker, 1);
        try {
            long since = System.nanoTime();
            while (!seen(broker).equals(sent)) {
                await(program, 1); // it goes on
                if (System.nanoTime() - since > PATIENCE_NANOS) {
                    throw new AssertionError("a reader should see " + sent + ", and sees " + seen(broker));
                }
            }
        } finally {
            program.destroyForcibly().waitFor();
        }
    }

    private Process start(KafkaBroker broker, int writers) throws IOException {
        return new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        KilledProgram.class.getName(),
                        broker.address(),
                        "from",
                        "to",
                        directory.resolve("checkpoint").toString(),
                        String.valueOf(writers)))
                .redirectError(ProcessBuilder.Redirect.appendTo(new File(directory.toFile(), "errors")))
                .start();
    }

    /** Returns when the program has come to so many more steps of the durable path. */
    private void await(Process program, int steps) throws IOException {
        BufferedReader out = program.inputReader(StandardCharsets.UTF_8);
        for (int step = 0; step < steps; step++) {
            if (out.readLine() == null) {
                throw new AssertionError(
                        "the program has ended by itself:\n" + Files.readString(directory.resolve("errors")));
            }
        }
    }

    private void send(KafkaBroker broker) throws Exception {
        try (Producer<String, String> producer = broker.producer(Map.of())) {
            for (int i = 0; i < RECORDS; i++) {
                String key = "key " + i % KEYS;
                sent.merge(key, 1L, Long::sum);
                KafkaBroker.get(producer.send(new ProducerRecord<>("from", key, "order")));
            }
        }
    }

    private static Map<String, Long> seen(KafkaBroker broker) {
        return new TreeMap<>(CountedTopic.mustBePrefix(CommittedReader.readNow(broker.address(), "to")));
    }
}
