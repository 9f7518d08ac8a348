/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.faults;

import dev.millrace.internal.threads.Threads;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Delayed;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.RunnableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The threads of one program, which are none: each of its pools, its timers and its loop is an actor of {@link OneThread}. */
final class SimulatedThreads implements Threads {
    private static final String LOOP = "millrace-driver";
    private static final String WAL = "millrace-wal";
    private static final Set<String> ENDED_BY_LOOP =
            Set.of("millrace-checkpoint", "millrace-blocks", "millrace-stop", "millrace-listeners", NumberSource.ACTOR);
    private static final String CONTROL = "millrace-receiver-";
    private static final Set<String> NEED_THE_CHECKPOINT = Set.of(LOOP, "millrace-batch", "millrace-output");
    private static final Set<String> HEALTHY = Set.of("OPEN", "RECEIVING");

    private final OneThread scheduler;
    private final ToldClock clock;
    private final List<OneThread.Actor> actors = new ArrayList<>();
    private final List<Timer> timers = new ArrayList<>();
    private @Nullable Loop loop;
    private @Nullable Object checkpoint;
    private Runnable begun = () -> {};
    private long loopNanos;

    SimulatedThreads(OneThread scheduler, ToldClock clock) {
        this.scheduler = scheduler;
        this.clock = clock;
    }

    List<OneThread.Actor> actors() {
        return actors;
    }

    /** Adds somebody who is not the program's own, such as what a receiver receives from. */
    void add(OneThread.Actor actor) {
        actors.add(actor);
    }

    /** Is told when the loop begins. */
    void onBegin(Runnable told) {
        begun = told;
    }

    /** While this thread holds that lock, neither the loop nor the batch thread nor those of outputs can go on. */
    void lockedBy(Object own) {
        checkpoint = own;
    }

    boolean isLockedOut(String actor) {
        return checkpoint != null && NEED_THE_CHECKPOINT.contains(actor) && Thread.holdsLock(checkpoint);
    }

    /** Whether a step of one may wait for one of the other, or is the same actor's. */
    boolean mayWaitFor(String actor, String below) {
        if (actor.equals(below)) {
            return actor.equals(LOOP) || actor.equals(NumberSource.ACTOR); // a pool counts its tasks itself
        }
        if (actor.equals(LOOP)) {
            return below.equals(WAL) || !isHealthy() && (ENDED_BY_LOOP.contains(below) || below.startsWith(CONTROL));
        }
        if (actor.equals("millrace-stop")) {
            return below.equals(WAL) || below.startsWith(CONTROL);
        }
        return (actor.startsWith(CONTROL) || actor.equals(NumberSource.ACTOR)) && below.equals(WAL);
    }

    private static boolean isEndedByLoop(String actor) {
        return actor.equals(WAL) || ENDED_BY_LOOP.contains(actor) || actor.startsWith(CONTROL);
    }

    /** Whether the loop can go on until its end, though others are in the middle of their steps. */
    boolean canEnd() {
        return scheduler.under(this).noneMatch(actor -> actor.equals(LOOP) || isEndedByLoop(actor));
    }

    /** Whether the run has ended, with all that it had begun. */
    boolean isOver() {
        return loop != null && loop.steps.isOver() && actors.stream().noneMatch(OneThread.Actor::isReady);
    }

    private boolean isHealthy() {
        return loop != null && HEALTHY.contains(loop.state());
    }

    /** Whether the deadline of a stop has passed, so that what is not decided is cancelled. */
    boolean rollsBack() {
        return loop != null && loop.state().equals("ROLLING_BACK");
    }

    /** Has the program stop, and returns at once; false if it is still being started, so that nobody hears it. */
    boolean requestStop(Duration deadline) {
        if (loop == null) {
            return false;
        }
        loop.call("requestStop", deadline);
        loop.idle = false;
        return true;
    }

    /** Something may be due that was not. */
    void somethingHappened() {
        if (loop != null) {
            loop.idle = false;
        }
    }

    /** Somebody has made a step, and may have work for the loop. */
    void stepped(OneThread.Actor actor) {
        if (actor != loop) {
            somethingHappened();
        }
    }

    /** When the loop has begun its step, by the clock. */
    long loopNanos() {
        return loopNanos;
    }

    /** When the next thing is due that is not due now, by the clock. */
    long nextDue() {
        return timers.stream().mapToLong(Timer::nextDue).min().orElse(Long.MAX_VALUE);
    }

    /** How many tasks the pools of that name have, waiting ones too. */
    int unfinished(String name) {
        return actors.stream()
                .filter(actor -> actor instanceof Pool && actor.name().equals(name))
                .mapToInt(actor -> ((Pool) actor).unfinished())
                .sum();
    }

    @Override
    public ExecutorService pool(int size, ThreadFactory factory) {
        Pool pool = new Pool(size, factory.newThread(() -> {}).getName());
        actors.add(pool);
        return pool;
    }

    @Override
    public ScheduledExecutorService timer(ThreadFactory factory) {
        Timer timer = new Timer(factory.newThread(() -> {}).getName());
        actors.add(timer);
        timers.add(timer);
        return timer;
    }

    @Override
    public <T> BlockingQueue<T> queue() {
        return new LinkedBlockingQueue<>();
    }

    @Override
    public void drive(Steps steps, ThreadFactory factory) {
        loop = new Loop(steps);
        actors.add(loop);
        begun.run();
    }

    @Override
    public boolean await(CompletableFuture<?> future, long nanos) throws InterruptedException {
        return scheduler.await(future::isDone, nanos == Long.MAX_VALUE ? nanos : clock.nanos() + nanos);
    }

    private final class Loop implements OneThread.Actor {
        private final Steps steps;
        private final Object loop;
        private boolean idle;

        Loop(Steps steps) {
            this.steps = steps;
            loop = SimulatedThreads.call(steps, "loop");
        }

        @Override
        public SimulatedThreads program() {
            return SimulatedThreads.this;
        }

        @Override
        public String name() {
            return LOOP;
        }

        @Override
        public boolean isReady() {
            return !idle && !steps.isOver();
        }

        @Override
        public void step() {
            loopNanos = clock.nanos();
            idle = !steps.doWork();
        }

        String state() {
            return SimulatedThreads.call(field(loop, "life"), "state").toString();
        }

        void call(String method, Object argument) {
            SimulatedThreads.call(loop, method, argument);
        }
    }

    /** One of the executors of the program. */
    private abstract class Executor extends AbstractExecutorService implements OneThread.Actor {
        private final String name;
        protected boolean shutdown;

        Executor(String name) {
            this.name = name;
        }

        @Override
        public SimulatedThreads program() {
            return SimulatedThreads.this;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public void shutdown() {
            shutdown = true;
        }

        @Override
        public boolean isShutdown() {
            return shutdown;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
            long until = timeout == Long.MAX_VALUE ? timeout : clock.nanos() + unit.toNanos(timeout);
            return scheduler.await(this::isTerminated, until);
        }
    }

    /** As many tasks at a time as it has threads, each from its beginning to its end. */
    private final class Pool extends Executor {
        private final int size;
        private final Queue<Runnable> queued = new ArrayDeque<>();
        private int running;

        Pool(int size, String name) {
            super(name);
            this.size = size;
        }

        @Override
        public boolean isReady() {
            return running < size && !queued.isEmpty();
        }

        @Override
        public void step() {
            running++;
            try {
                queued.remove().run();
            } finally {
                running--;
            }
        }

        int unfinished() {
            return running + queued.size();
        }

        @Override
        public void execute(Runnable task) {
            if (shutdown) {
                throw new RejectedExecutionException("it is shut down");
            }
            queued.add(task);
        }

        @Override
        protected <T> RunnableFuture<T> newTaskFor(Callable<T> task) {
            return new FutureTask<>(task) {
                @Override
                public T get() throws InterruptedException, ExecutionException {
                    scheduler.await(this::isDone, Long.MAX_VALUE);
                    return super.get();
                }
            };
        }

        @Override
        public List<Runnable> shutdownNow() {
            shutdown();
            List<Runnable> left = List.copyOf(queued);
            queued.clear();
            return left;
        }

        @Override
        public boolean isTerminated() {
            return shutdown && running == 0 && queued.isEmpty();
        }
    }

    /** One task at a time, some of them later. */
    private final class Timer extends Executor implements ScheduledExecutorService {
        private final PriorityQueue<Later> tasks = new PriorityQueue<>();
        private boolean running;
        private long last;

        Timer(String name) {
            super(name);
        }

        @Override
        public boolean isReady() {
            return !running && !tasks.isEmpty() && tasks.peek().due <= clock.nanos();
        }

        /** A task that is due may have to wait for a step that lies below. */
        long nextDue() {
            return tasks.stream()
                    .mapToLong(task -> task.due)
                    .filter(due -> due > clock.nanos())
                    .min()
                    .orElse(Long.MAX_VALUE);
        }

        @Override
        public void step() {
            Later task = tasks.remove();
            running = true;
            try {
                task.work.run();
            } finally {
                running = false;
            }
            if (task.period > 0) {
                add(task.work, task.period, task.period);
            }
        }

        private Later add(Runnable work, long nanos, long period) {
            Later later = new Later(work, clock.nanos() + nanos, period, last++);
            if (!shutdown) {
                tasks.add(later);
            }
            return later;
        }

        @Override
        public void execute(Runnable task) {
            add(task, 0, 0);
        }

        @Override
        public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
            return add(task, unit.toNanos(delay), 0);
        }

        @Override
        public ScheduledFuture<?> scheduleWithFixedDelay(Runnable task, long first, long delay, TimeUnit unit) {
            return add(task, unit.toNanos(first), unit.toNanos(delay));
        }

        @Override
        public <V> ScheduledFuture<V> schedule(Callable<V> task, long delay, TimeUnit unit) {
            throw new UnsupportedOperationException();
        }

        @Override
        public ScheduledFuture<?> scheduleAtFixedRate(Runnable task, long first, long period, TimeUnit unit) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void shutdown() {
            super.shutdown();
            tasks.removeIf(task -> task.period > 0 || task.due > clock.nanos());
        }

        @Override
        public List<Runnable> shutdownNow() {
            shutdown();
            tasks.clear();
            return List.of();
        }

        @Override
        public boolean isTerminated() {
            return shutdown && !running && tasks.isEmpty();
        }
    }

    /** A task of a timer. */
    private static final class Later extends FutureTask<Void> implements ScheduledFuture<Void> {
        private static final Comparator<Later> ORDER =
                Comparator.<Later>comparingLong(later -> later.due).thenComparingLong(later -> later.number);

        private final Runnable work;
        private final long due;
        private final long period;
        private final long number;

        Later(Runnable work, long due, long period, long number) {
            super(work, null);
            this.work = work;
            this.due = due;
            this.period = period;
            this.number = number;
        }

        @Override
        public long getDelay(TimeUnit unit) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int compareTo(Delayed other) {
            return ORDER.compare(this, (Later) other);
        }
    }

    private static Object field(Object of, String name) {
        try {
            var found = of.getClass().getDeclaredField(name);
            found.setAccessible(true);
            return found.get(of);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Object call(Object of, String method, Object... arguments) {
        try {
            Class<?>[] types =
                    java.util.Arrays.stream(arguments).map(Object::getClass).toArray(Class<?>[]::new);
            var found = of.getClass().getDeclaredMethod(method, types);
            found.setAccessible(true);
            return found.invoke(of, arguments);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
