/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.soak.peers.NumberedLines;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The lives of the program: for a quarter of the time short ones, which end in order or by SIGKILL; then, for the rest of the time, a
 * long one, in which nothing may grow, also ended by SIGKILL; then one that takes what is left, and ends in order.
 */
final class SoakRun implements AutoCloseable {
    private final AtomicLong phase = new AtomicLong(); // odd while the program may do as it likes
    private final Set<Long> inOrder = new HashSet<>(); // phases of lives that ended in order
    private final List<Long> sizes = new ArrayList<>();
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private final Duration time;
    private final Conditions conditions;
    private final Duration between;
    private final SoakPlace place;
    private final Random random;
    private final PutAside aside;
    private final Surroundings peers;
    private List<Sample> longLife = List.of();
    private int kills;

    SoakRun(SoakPlace place, Random random, Duration time, Conditions conditions) throws IOException {
        this.conditions = conditions;
        place.make();
        this.place = place;
        this.random = random;
        this.time = time;
        between = Duration.ofMillis(Math.max(1000, time.toMillis() / 60));
        aside = new PutAside(place.quarantine());
        peers = new Surroundings(place, random, phase::get, conditions.nulls());
    }

    void run() throws IOException, InterruptedException {
        long begin = System.nanoTime();
        long shortLives = begin + time.toNanos() / 4;
        while (System.nanoTime() < shortLives) {
            shortLife();
        }
        longLife(Duration.ofNanos(begin + time.toNanos() - System.nanoTime()));
        lastLife();
        aside.collect();
        assertThat(failures).isEmpty();
        longLife.forEach(sample -> System.out.println("soak: " + sample.line()));
        System.out.printf(
                "soak: %s; %s; %d kills, %d lives ended in order%n", peers.met(), aside, kills, inOrder.size());
    }

    private SoakProcess start() throws IOException {
        phase.incrementAndGet();
        return new SoakProcess(place, conditions, peers.ports(), between, this::sampled);
    }

    /** Runs on the thread that listens to the program. */
    private void sampled() {
        try {
            long bytes = place.bytes();
            synchronized (sizes) {
                sizes.add(bytes);
            }
            aside.collect();
        } catch (Throwable e) { // it is told at the end: the program is to be heard on
            failures.add(e);
        }
    }

    private void shortLife() throws IOException, InterruptedException {
        SoakProcess process = start();
        peers.pace().await(Duration.ofMillis(1500 + random.nextInt((int) Math.min(20_000, time.toMillis() / 8))));
        if (random.nextBoolean()) {
            kill(process);
        } else {
            stop(process);
        }
    }

    private void longLife(Duration length) throws IOException, InterruptedException {
        synchronized (sizes) {
            sizes.clear();
        }
        SoakProcess process = start();
        for (long end = System.nanoTime() + length.toNanos(); process.isAlive() && System.nanoTime() < end; ) {
            peers.pace().await(Duration.ofSeconds(1));
        }
        kill(process);
        longLife = process.samples();
    }

    private void lastLife() throws IOException, InterruptedException {
        SoakProcess process = start();
        int heard = peers.lines().heard().size();
        process.await(sample -> sample.batches() > 0 && peers.lines().heard().size() > heard);
        last(process); // it lives
        peers.end();
        process.await(sample -> peers.numbers().isDone());
        long batches = last(process).batches();
        process.await(sample -> sample.batches() > batches + 10 && sample.sessions() == 0);
        stop(process);
    }

    private Sample last(SoakProcess process) {
        List<Sample> samples = process.samples();
        assertThat(samples).as(this::log).isNotEmpty();
        return samples.get(samples.size() - 1);
    }

    private void kill(SoakProcess process) throws InterruptedException {
        phase.incrementAndGet();
        assertThat(process.kill()).as(this::log).isTrue();
        kills++;
    }

    private void stop(SoakProcess process) throws IOException, InterruptedException {
        long living = phase.getAndIncrement();
        assertThat(process.stop()).as(this::log).isZero();
        inOrder.add(living);
    }

    private String log() {
        return "the end of the program; its log is " + place.log();
    }

    void mustBeExact() throws IOException {
        Recount recount = Recount.of(place.rows());
        System.out.println("soak: " + recount);
        recount.mustHaveNumbers(peers.numbers().records());
        recount.mustHaveFiles(peers.files().written());
        recount.mustBeCopied(place.copy());
        aside.mustHave(peers.files().written());
        List<NumberedLines.Heard> whole = peers.lines().heard().stream()
                .filter(connection -> inOrder.contains(connection.phase()))
                .toList();
        System.out.printf("soak: %d connections must be whole%n", whole.size());
        assertThat(whole).isNotEmpty();
        recount.mustHaveLines(whole);
    }

    /** In the last quarter of the long life, too, at least half of the batches are done for which there is time. */
    void mustKeepUp() {
        int quarter = longLife.size() / 4;
        long done = longLife.get(longLife.size() - 1).batches()
                - longLife.get(longLife.size() - 1 - quarter).batches();
        assertThat(done)
                .as("batches of the last %d samples", quarter)
                .isGreaterThan(quarter * between.toMillis() / SoakProgram.INTERVAL.toMillis() / 2);
    }

    /** What the long life has told. */
    List<Sample> longLife() {
        return longLife;
    }

    /** The bytes that the program kept for itself, told during the long life and after. */
    List<Long> sizes() {
        synchronized (sizes) {
            return List.copyOf(sizes);
        }
    }

    @Override
    public void close() throws IOException {
        peers.close();
    }
}
