/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runtime;

import dev.millrace.error.UserCodeException;
import dev.millrace.internal.conf.Options;
import dev.millrace.internal.conf.Settings;
import dev.millrace.internal.errors.Causes;
import dev.millrace.internal.logging.HandlersAtExit;
import dev.millrace.internal.logging.Lines;
import dev.millrace.spi.Clock;
import dev.millrace.streaming.StopResult;
import dev.millrace.streaming.event.BatchInfo;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Tells operators of one run by the log. It hears of batches at once and on the thread where they happen, not from the queue of
 * the listeners: so nothing is dropped, and the last word is said before the process ends. Any thread.
 */
public final class ContextLog {
    private static final System.Logger LOG = System.getLogger("dev.millrace.streaming");
    private static final long MANY_PUT_ASIDE = 10_000;
    private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

    private final String name;
    private final Clock clock;
    private final boolean operated;
    private final BatchSummary summary;
    private final Map<String, Long> putAside = new TreeMap<>(); // records by operator, not told yet
    private long putAsideNanos;
    private boolean putAsideTold;
    private @Nullable Throwable failureTold;

    /**
     * @param name of the program
     * @param operated whether the run has operators, who read its log; else, as in a test, its caller hears of a failure at once, and all lines
     *     are for debugging
     * @param every how often the batches are summed up; zero for never
     */
    public ContextLog(String name, Clock clock, boolean operated, Duration every) {
        this.name = '"' + Lines.one(name) + '"';
        this.clock = clock;
        this.operated = operated;
        summary = new BatchSummary(clock, operated ? every : Duration.ZERO);
    }

    /** The log of a run that has no operators. */
    public static ContextLog debugging(Clock clock) {
        return new ContextLog("replay", clock, false, Duration.ZERO);
    }

    private void news(String line) {
        LOG.log(operated ? Level.INFO : Level.DEBUG, line);
    }

    /** The thread that runs batches in virtual time was interrupted. */
    public void interrupted() {
        news(
                name
                        + " begins no further batch, because the thread that runs its batches was interrupted; another call goes on");
    }

    /**
     * The run has begun.
     *
     * @param resumption where it goes on, or null at the very first start
     */
    public void started(Settings settings, Duration interval, @Nullable String resumption) {
        HandlersAtExit.remember();
        String master = settings.get(Options.MASTER);
        String checkpoint = settings.get(Options.CHECKPOINT_DIRECTORY);
        if (resumption != null) {
            news(name + " resumes " + resumption);
        }
        news(name + " started on " + (master == null ? "local" : master) + ", a batch each " + Lines.duration(interval)
                + ", " + (checkpoint == null ? "no checkpoint" : "checkpoint " + checkpoint));
    }

    void submitted() {
        summedUp(summary.submitted());
    }

    void completed(BatchInfo batch) {
        summedUp(summary.completed(batch));
    }

    private void summedUp(@Nullable String line) {
        if (line != null) {
            news(name + " ran " + line);
        }
    }

    /** A batch that is decided has put records aside; there is a line once a minute. */
    synchronized void putAside(Map<String, Integer> counts, String place) {
        counts.forEach((operator, count) -> putAside.merge(operator, (long) count, Long::sum));
        boolean isDue = !putAsideTold || clock.nanos() - putAsideNanos >= MINUTE;
        if (isDue && !counts.isEmpty()) {
            putAsideTold = true;
            putAsideNanos = clock.nanos();
            tellPutAside(", in " + place);
        }
    }

    private void tellPutAside(String where) {
        long all = putAside.values().stream().mapToLong(Long::longValue).sum();
        String line = name + " put " + Lines.count(all, "record", "records") + " into the quarantine: "
                + Lines.one(putAside.toString()) + where;
        putAside.clear();
        if (operated && all > MANY_PUT_ASIDE) {
            LOG.log(Level.WARNING, line + "; look whether this input is what it should be");
        } else {
            news(line);
        }
    }

    /**
     * The run ends by itself. The stack is told where it shows the program's own code, and otherwise for debugging.
     *
     * @param failure told once
     */
    public void failed(Throwable failure) {
        synchronized (this) {
            if (failureTold == failure) {
                return;
            }
            failureTold = failure;
        }
        HandlersAtExit.putBack();
        Throwable thrown = thrownByTheProgram(failure);
        String line = name + " ends by itself: " + Causes.text(failure);
        Level level = operated ? Level.ERROR : Level.DEBUG;
        if (thrown != null) {
            LOG.log(level, line, thrown);
        } else {
            LOG.log(level, line);
            LOG.log(Level.DEBUG, "the stack of that failure", failure);
        }
    }

    private static @Nullable Throwable thrownByTheProgram(Throwable failure) {
        for (Throwable each : Causes.of(failure)) {
            if (each instanceof UserCodeException) {
                return each.getCause();
            }
        }
        return null;
    }

    /** A stop has left code of the program behind, which goes on; {@link #ended} comes next. */
    public void leftBehind(String what) {
        HandlersAtExit.putBack();
        LOG.log(Level.ERROR, name + " has stopped, and " + what);
    }

    /** The run is over, and everything is closed, or left behind. */
    public void ended(@Nullable Throwable failure, StopResult result) {
        HandlersAtExit.putBack();
        tellRestPutAside();
        if (failure != null) {
            failed(failure);
        }
        news(name + " stopped " + summary.all() + "; " + (failure == null ? result : "it failed"));
    }

    private synchronized void tellRestPutAside() {
        if (!putAside.isEmpty()) {
            tellPutAside(" since the last line that said so");
        }
    }
}
