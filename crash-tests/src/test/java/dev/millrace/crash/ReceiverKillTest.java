/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.internal.crash.CrashPoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Programs with receivers, killed and started again: every number of a sender that resends what is not acknowledged comes
 * out once and in order; of each plain connection comes out what was sent until some line.
 */
class ReceiverKillTest {
    private static final long RECORDS = 8_000;
    private static final int MOST_STEPS = 120;
    private static final String EVERY_NUMBER_ONCE = "every number is put out once, in order";

    private final long seed = Long.getLong("millrace.crash.seed", new Random().nextLong());

    @TempDir
    private Path root;

    private int runs;

    private CrashRun run(Feeder feeder) throws IOException {
        Path place = root.resolve("run-" + runs++);
        List<String> arguments =
                List.of(place.toString(), Integer.toString(feeder.port()), Long.toString(feeder.records()));
        return new CrashRun(ReliableProgram.class, arguments, place);
    }

    /** What the output's files say, batch after batch. */
    private static List<String> lines(Outcome outcome) {
        Comparator<String> byTime = Comparator.comparingLong(
                file -> Long.parseLong(Workplace.batch(file).substring("batch-".length())));
        return outcome.published().keySet().stream()
                .sorted(byTime.thenComparing(Comparator.naturalOrder()))
                .flatMap(file -> outcome.published().get(file).stream())
                .map(line -> line.substring(0, line.indexOf('=')))
                .toList();
    }

    private static void mustHaveEveryNumberOnce(Outcome outcome) {
        outcome.mustBeWhole();
        assertThat(lines(outcome))
                .as(EVERY_NUMBER_ONCE)
                .isEqualTo(LongStream.rangeClosed(1, RECORDS)
                        .mapToObj(Long::toString)
                        .toList());
    }

    private void killed(int wanted) throws Exception {
        System.out.println("millrace.crash.seed=" + seed);
        Random random = new Random(seed);
        List<CrashPoint> last = new ArrayList<>();
        while (last.size() < wanted) {
            try (Feeder feeder = new Feeder(RECORDS)) {
                CrashRun run = run(feeder);
                for (int i = 0; i < 20 && last.size() < wanted && !run.isDone(); i++) {
                    ChildProcess.Life life =
                            run.live(new Death.Kill(random.nextInt(MOST_STEPS), random.nextInt(3_000_000)));
                    if (life.killed()) {
                        List<CrashPoint> reached = life.reached();
                        last.add(reached.isEmpty() ? CrashPoint.WAL_ROLLED : reached.get(reached.size() - 1));
                    }
                }
                mustHaveEveryNumberOnce(run.finish());
            }
        }
        System.out.println(last.size() + " kills in " + runs + " runs, after " + last);
    }

    @Test
    @Tag("crash")
    void shouldPutOutEveryNumberOnceWhenKilledAtRandom() throws Exception {
        killed(5);
    }

    @Test
    @Tag("full")
    @Tag("crash")
    void shouldPutOutEveryNumberOnceWhenKilledFiftyTimes() throws Exception {
        killed(50);
    }

    @Test
    @Tag("crash-long")
    void shouldPutOutEveryNumberOnceWhenKilledHundredsOfTimes() throws Exception {
        killed(Integer.getInteger("millrace.crash.kills", 300));
    }

    @ParameterizedTest
    @EnumSource(
            value = CrashPoint.class,
            names = {"WAL_.*", "PLAN_WRITTEN", "DECIDED", "PART_PUBLISHED", "RUN_RETIRED"},
            mode = EnumSource.Mode.MATCH_ANY)
    @Tag("full")
    @Tag("crash")
    void shouldPutOutEveryNumberOnceWhenAProcessDiesWhereItFirstComesTo(CrashPoint point) throws Exception {
        diesAt(point, 1);
    }

    @ParameterizedTest
    @EnumSource(
            value = CrashPoint.class,
            names = {
                "CHANGES_WRITTEN",
                "OUTPUT_DONE",
                "TRANSACTION_.*",
                "ROLLBACK_.*",
                "SKIP_.*",
                "UPGRADE_.*",
                "RUN_RETIRED"
            }, // of large changes and other outputs; of what this program never does, or perhaps once
            mode = EnumSource.Mode.MATCH_NONE)
    @Tag("full")
    @Tag("crash")
    void shouldPutOutEveryNumberOnceWhenAProcessDiesTheSecondTimeAt(CrashPoint point) throws Exception {
        diesAt(point, 2);
    }

    private void diesAt(CrashPoint point, int occurrence) throws Exception {
        try (Feeder feeder = new Feeder(RECORDS)) {
            mustHaveEveryNumberOnce(
                    run(feeder).dying(new Death.At(point, occurrence)).finish());
        }
    }

    @Test
    @Tag("crash")
    void shouldFailWhenAReceiverAcknowledgesTooEarly() throws Exception {
        try (Feeder feeder = new Feeder(RECORDS)) {
            CrashRun run = run(feeder).with(ReliableProgram.TOO_EARLY, "true");
            for (int life = 0; life < 3; life++) {
                run.dying(new Death.At(CrashPoint.WAL_SYNCED, 2)); // more was stored while the disk worked
            }
            assertThatThrownBy(() -> mustHaveEveryNumberOnce(run.finish()))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining(EVERY_NUMBER_ONCE);
        }
    }

    @Test
    @Tag("crash")
    void shouldPutOutAPrefixOfEachConnectionWhenNothingCanBeSentAgain() throws Exception {
        System.out.println("millrace.crash.seed=" + seed);
        Random random = new Random(seed);
        try (LineServer server = new LineServer()) {
            CrashRun run =
                    new CrashRun(PlainProgram.class, List.of(root.toString(), Integer.toString(server.port())), root);
            for (int i = 0; i < 4; i++) {
                run.live(new Death.Kill(random.nextInt(MOST_STEPS), random.nextInt(3_000_000)));
            }
            server.nextIsLast();
            Outcome outcome = run.finish();
            outcome.mustBeWhole();

            Map<Integer, List<Integer>> connections = new LinkedHashMap<>();
            for (String line : lines(outcome)) {
                int space = line.indexOf(' ');
                connections
                        .computeIfAbsent(Integer.parseInt(line.substring(0, space)), number -> new ArrayList<>())
                        .add(Integer.parseInt(line.substring(space + 1)));
            }
            assertThat(List.copyOf(connections.keySet())).isSorted();
            connections.forEach((connection, lines) -> assertThat(lines)
                    .as("what came of connection %d", connection)
                    .isEqualTo(IntStream.range(0, lines.size()).boxed().toList()));
            assertThat(connections.get(server.connections())).hasSize(LineServer.LAST_LINES);
        }
    }
}
