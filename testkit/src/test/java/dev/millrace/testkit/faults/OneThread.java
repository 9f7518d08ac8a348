/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.faults;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Does all the work of simulated programs on the thread of a test, one step after the other, in an order that a seed says. In the
 * middle of a step, at a {@link #pause} and at a wait, steps of others come between:
 *
 * <pre>
 *   batch of program 1: run -> prepare -> append -> pause
 *                                                     program 2: start -> claim -> list -> pause
 *                                                                                            checkpoint of program 1: fold
 * </pre>
 *
 * <p>These lie on top of it on the stack, and it goes on when they have ended. A step that might wait for one that lies below it
 * is not begun, because neither would ever go on; nor is one that needs a lock which is held below.
 */
final class OneThread {
    private static final int MOST_DEEP = 6; // steps come between only so deep; waits are always possible
    private static final int PAUSES_PER_STEP = 5;
    private static final int MOST_TURNS = 20_000; // of one wait

    private final Random random;
    private final ToldClock clock;
    private final Runnable between;
    private final Thread thread = Thread.currentThread();
    private final List<SimulatedThreads> programs = new ArrayList<>();
    private final Deque<Frame> stack = new ArrayDeque<>();
    private boolean interruptLeft;
    private @Nullable AssertionError stuck;
    private int steps;

    /** @param between something that happens while somebody is in the middle of a step, such as a step of another */
    OneThread(Random random, ToldClock clock, Runnable between) {
        this.random = random;
        this.clock = clock;
        this.between = between;
    }

    /** Somebody who has steps to make, one at a time. */
    interface Actor {
        SimulatedThreads program();

        String name();

        boolean isReady();

        void step();
    }

    private static final class Frame {
        private final Actor actor;
        private boolean interrupted;

        Frame(Actor actor) {
            this.actor = actor;
        }
    }

    /** The threads of another program. */
    SimulatedThreads program() {
        SimulatedThreads made = new SimulatedThreads(this, clock);
        programs.add(made);
        return made;
    }

    /** The program has ended. */
    void remove(SimulatedThreads program) {
        programs.remove(program);
    }

    /** How many steps have been made. */
    int steps() {
        return steps;
    }

    /** How many steps are not at their end. */
    int depth() {
        return stack.size();
    }

    /** Those of a program who are in the middle of a step. */
    Stream<String> under(SimulatedThreads program) {
        return stack.stream().filter(frame -> frame.actor.program() == program).map(frame -> frame.actor.name());
    }

    /** Whether a step has left an interrupt that it did not see. */
    boolean isInterruptLeft() {
        return interruptLeft;
    }

    /** Fails if a wait never ended; code of the program may have swallowed that. */
    void checkNotStuck() {
        if (stuck != null) {
            throw stuck;
        }
    }

    /** Makes one step of somebody who can; false if nobody can. */
    boolean step() {
        List<Actor> ready = new ArrayList<>();
        for (SimulatedThreads program : programs) {
            for (Actor actor : program.actors()) {
                if (actor.isReady() && mayBegin(actor)) {
                    ready.add(actor);
                }
            }
        }
        if (ready.isEmpty()) {
            return false;
        }
        run(ready.get(random.nextInt(ready.size())));
        return true;
    }

    /** Whether an actor of a program can go on. */
    boolean isReady(SimulatedThreads program) {
        return program.actors().stream().anyMatch(Actor::isReady);
    }

    private boolean mayBegin(Actor actor) {
        SimulatedThreads program = actor.program();
        for (Frame below : stack) {
            if (below.actor.program() == program && program.mayWaitFor(actor.name(), below.actor.name())) {
                return false;
            }
        }
        return !program.isLockedOut(actor.name());
    }

    /** Makes a step on top of those that are under way. */
    void run(Actor actor) {
        steps++;
        boolean interrupted = Thread.interrupted(); // of the step below
        ThreadState below = ThreadState.take();
        stack.push(new Frame(actor));
        try {
            actor.step();
        } finally {
            stack.pop();
            if (Thread.interrupted()) {
                passOn(actor.program());
            }
            below.giveBack();
            Frame top = stack.peek();
            if (interrupted || top != null && top.interrupted) {
                thread.interrupt();
            }
            if (top != null) {
                top.interrupted = false;
            }
            actor.program().stepped(actor);
        }
    }

    /** Somebody has interrupted the thread that computes the batch, which is this one. */
    private void passOn(SimulatedThreads program) {
        for (Frame frame : stack) {
            String name = frame.actor.name();
            if (frame.actor.program() == program && (name.equals("millrace-batch") || name.equals("millrace-output"))) {
                frame.interrupted = true;
                return;
            }
        }
        interruptLeft = true;
    }

    /** Called wherever a step of another, or whatever else, may come between. */
    void pause() {
        if (Thread.currentThread() == thread
                && !stack.isEmpty()
                && stack.size() < MOST_DEEP
                && random.nextInt(PAUSES_PER_STEP) == 0) {
            between.run();
        }
    }

    /** Waits, which is to say that others make steps and time passes; false if the time was up before. */
    boolean await(BooleanSupplier done, long untilNanos) throws InterruptedException {
        for (int turns = 0; !done.getAsBoolean(); turns++) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            if (untilNanos != Long.MAX_VALUE && clock.nanos() - untilNanos >= 0) {
                return false;
            }
            if (turns > MOST_TURNS) {
                stuck = new AssertionError("a wait does not end: " + this);
                throw stuck;
            }
            if (random.nextInt(8) == 0) {
                between.run();
            } else if (!step()) {
                passTime(untilNanos);
            }
        }
        return true;
    }

    /** Nobody can go on: time passes until somebody perhaps can. */
    void passTime(long untilNanos) {
        long next = clock.nanos() + LineWatch.INTERVAL * 1_000_000;
        for (SimulatedThreads program : programs) {
            next = Math.min(next, program.nextDue());
        }
        clock.pass(Math.max(1, Math.min(next, untilNanos) - clock.nanos()));
        programs.forEach(SimulatedThreads::somethingHappened);
    }

    @Override
    public String toString() {
        return stack.stream().map(frame -> frame.actor.name()).collect(Collectors.joining(" on ", "", "; "))
                + programs.stream()
                        .flatMap(program -> program.actors().stream())
                        .map(actor -> actor.name() + (actor.isReady() ? " is ready" : " waits"))
                        .collect(Collectors.joining(", "));
    }
}
