/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.internal.operators.BegunJob;
import dev.millrace.spi.JobLabel;
import dev.millrace.streaming.BatchTime;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunningJobsTest {
    private final RunningJobs jobs = new RunningJobs();

    private static final class CountingJob extends RunningJobs.Running {
        private int cancelled;

        CountingJob(JobLabel label) {
            super(label);
        }

        @Override
        protected void cancel() {
            cancelled++;
        }
    }

    private static CountingJob of(long batch) {
        return new CountingJob(new JobLabel(new BatchTime(batch), null));
    }

    @Test
    void shouldCancelTheJobsOfABatchAndThoseThatBeginInItUntilItIsSettled() {
        CountingJob before = of(1000);
        CountingJob other = of(2000);
        CountingJob outside = new CountingJob(JobLabel.NONE);
        jobs.begin(before);
        jobs.begin(other);
        jobs.begin(outside);
        jobs.cancel(new BatchTime(1000));
        CountingJob after = of(1000);
        jobs.begin(after);
        jobs.settled(new BatchTime(2000));
        CountingJob late = of(1000);
        jobs.begin(late);
        jobs.settled(new BatchTime(1000));
        CountingJob again = of(1000);
        jobs.begin(again);
        assertThat(before.cancelled).isEqualTo(1);
        assertThat(after.cancelled).isEqualTo(1);
        assertThat(late.cancelled).isEqualTo(1);
        assertThat(other.cancelled).isZero();
        assertThat(outside.cancelled).isZero();
        assertThat(again.cancelled).as("the batch runs again").isZero();
        assertThat(jobs.of(new BatchTime(1000))).containsExactlyInAnyOrder(before, after, late, again);
    }

    @Test
    void shouldCancelAJobThatTheProgramHasEndedBeforeItBegins() {
        BegunJob begun = new BegunJob(Map.of());
        BegunJob outer = BegunJob.begin(begun);
        try {
            CountingJob running = of(1000);
            jobs.begin(running);
            begun.end("cancelAllJobs()");
            jobs.cancel(begun);
            CountingJob next = of(1000);
            jobs.begin(next);
            assertThat(running.cancelled).isEqualTo(1);
            assertThat(next.cancelled).isEqualTo(1);
        } finally {
            BegunJob.begin(outer);
        }
    }

    @Test
    void shouldCancelWhatRunsAndRefuseWhatComesWhenItIsClosed() {
        CountingJob running = of(1000);
        CountingJob ended = of(1000);
        jobs.begin(running);
        jobs.begin(ended);
        jobs.end(ended);
        assertThat(jobs.close()).isTrue();
        assertThat(jobs.close()).isFalse();
        assertThat(running.cancelled).isEqualTo(2);
        assertThat(ended.cancelled).isZero();
        assertThatThrownBy(() -> jobs.begin(of(2000)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the context is stopped; make a new one");
        assertThat(jobs.of(new BatchTime(2000))).isEmpty();
    }
}
