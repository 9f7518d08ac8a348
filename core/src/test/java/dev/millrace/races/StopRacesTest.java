/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.races;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Starts and stops of programs whose code blocks, throws, exits, interrupts, runs out of memory or stops, in every kind of
 * function: each stop returns, and after the next start all is there exactly once. A race is repeated with
 * {@code -Dmillrace.races.seed=SEED -Dmillrace.races.only=NUMBER}.
 */
class StopRacesTest {
    private static final int AT_ONCE = 4;
    private static final int ROUNDS = 2; // each place has so many kinds

    private final long seed = Long.getLong("millrace.races.seed", new Random().nextLong());
    private final int only = Integer.getInteger("millrace.races.only", -1);

    @TempDir
    private Path directory;

    /** Each place twice, with another kind each time; each kind as often as any other. */
    private List<Race> races() throws IOException {
        Random random = new Random(seed);
        List<Place> places = new ArrayList<>(Arrays.asList(Place.values()));
        List<Kind> kinds = new ArrayList<>(Arrays.asList(Kind.values()));
        Collections.shuffle(places, random);
        Collections.shuffle(kinds, random);
        List<Race> races = new ArrayList<>();
        for (int number = 0; number < ROUNDS * places.size(); number++) {
            int round = number / places.size();
            races.add(new Race(
                    number,
                    places.get(number % places.size()),
                    kinds.get((number + 3 * round) % kinds.size()),
                    random.nextLong(),
                    Files.createDirectories(directory.resolve("race-" + number))));
        }
        return races;
    }

    @Test
    @Tag("full")
    void shouldReturnFromEveryStopAndBeExactAfterTheNextStart() throws Exception {
        System.out.println("millrace.races.seed=" + seed);
        Set<Thread> others = threads();
        ExecutorService pool = Executors.newFixedThreadPool(AT_ONCE);
        List<String> failures = new ArrayList<>();
        try {
            List<Future<String>> running = races().stream()
                    .filter(race -> only < 0 || only == race.number())
                    .map(race -> pool.submit(race::run))
                    .toList();
            for (Future<String> race : running) {
                try {
                    System.out.println(race.get());
                } catch (ExecutionException e) {
                    e.getCause().printStackTrace();
                    failures.add(String.valueOf(e.getCause().getMessage()));
                }
            }
        } finally {
            pool.shutdownNow();
        }
        assertThat(failures).as("millrace.races.seed=%s", seed).isEmpty();
        Set<Thread> left = threads();
        left.removeAll(others);
        for (Thread thread : left) {
            thread.join(Race.LIMIT.toMillis());
            assertThat(thread.isAlive()).as(() -> Race.stack(thread)).isFalse();
        }
    }

    private static Set<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("millrace-"))
                .collect(Collectors.toSet());
    }
}
