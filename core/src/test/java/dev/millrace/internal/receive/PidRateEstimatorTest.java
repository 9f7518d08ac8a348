/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.receive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayDeque;
import java.util.OptionalDouble;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PidRateEstimatorTest {
    private static void assertRate(OptionalDouble rate, double expected) {
        assertThat(rate).isPresent();
        assertThat(rate.getAsDouble()).isCloseTo(expected, within(1e-6));
    }

    @Test
    void shouldBeginWithTheSpeedOfTheFirstBatch() {
        PidRateEstimator estimator = new PidRateEstimator(1, 1, 0.2, 0, 100);
        assertRate(estimator.update(10, 600, 0.5, 3), 1200); // whatever it had waited
    }

    @Test
    void shouldCorrectTheErrorAndWorkOffTheBacklog() {
        PidRateEstimator estimator = new PidRateEstimator(2, 1, 0.2, 0, 100);
        assertRate(estimator.update(10, 1000, 1, 0), 1000);
        // v = 800 / 1, e = 1000 - 800, h = 0.5 * 800 / 2: 1000 - 200 - 0.2 * 200
        assertRate(estimator.update(12, 800, 1, 0.5), 760);
        // v = 900 / 0.75 = 1200, e = 760 - 1200, h = 0: 760 + 440
        assertRate(estimator.update(14, 900, 0.75, 0), 1200);
    }

    @Test
    void shouldFollowTheSlopeOfTheError() {
        PidRateEstimator estimator = new PidRateEstimator(1, 0.5, 0.1, 0.25, 1);
        assertRate(estimator.update(0, 400, 1, 0), 400);
        // v = 300, e = 100, h = 2 * 300, d = (100 - 0) / 2: 400 - 50 - 60 - 12.5
        assertRate(estimator.update(2, 300, 1, 2), 277.5);
        // v = 300, e = -22.5, h = 0, d = (-22.5 - 100) / 1: 277.5 + 11.25 + 30.625
        assertRate(estimator.update(3, 300, 1, 0), 319.375);
    }

    @Test
    void shouldNeverGoBelowTheLeastRate() {
        PidRateEstimator estimator = new PidRateEstimator(1, 1, 0.2, 0, 100);
        assertRate(estimator.update(0, 1, 1, 0), 100);
        assertRate(estimator.update(1, 10, 10, 60), 100);
    }

    @Test
    void shouldLearnNothingFromABatchThatSaysNothing() {
        PidRateEstimator estimator = new PidRateEstimator(1, 1, 0.2, 0, 100);
        assertThat(estimator.update(1, 0, 1, 0)).isEmpty();
        assertThat(estimator.update(1, 10, 0, 0)).isEmpty();
        assertThat(estimator.update(1, -1, 1, 0)).isEmpty(); // the count is not known
        assertRate(estimator.update(1, 500, 1, 0), 500);
        assertThat(estimator.update(1, 800, 1, 0)).isEmpty(); // no time has passed
        assertThat(estimator.update(0, 800, 1, 0)).isEmpty();
        assertRate(estimator.update(2, 800, 1, 0), 800);
    }

    /**
     * Batches a second apart, one after the other, each with what came in at the rate of then; they take a fixed time and
     * some for each record.
     */
    private static final class Line {
        private final double secondsARecord;
        private final PidRateEstimator estimator = new PidRateEstimator(1, 1, 0.2, 0, 100);
        private final Queue<double[]> completed = new ArrayDeque<>();
        private double rate;
        private double freeAt;
        private double delay;

        Line(double rate, double secondsARecord) {
            this.rate = rate;
            this.secondsARecord = secondsARecord;
        }

        void batch(int time) {
            while (!completed.isEmpty() && completed.element()[0] <= time) {
                double[] batch = completed.remove();
                estimator.update(batch[0], (long) batch[1], batch[2], batch[3]).ifPresent(next -> rate = next);
            }
            double records = rate;
            double begins = Math.max(time, freeAt);
            double takes = 0.05 + records * secondsARecord;
            freeAt = begins + takes;
            delay = freeAt - time;
            completed.add(new double[] {freeAt, records, takes, begins - time});
        }
    }

    @ParameterizedTest
    @CsvSource({"10000, 0.001", "20000, 0.0002", "100, 0.001", "100, 0.00001"})
    void shouldSettleAtTheCapacityFromAboveAndBelow(double first, double secondsARecord) {
        Line line = new Line(first, secondsARecord);
        for (int time = 1; time <= 1000; time++) {
            line.batch(time);
        }
        double capacity = (1 - 0.05) / secondsARecord;
        assertThat(line.rate).isBetween(0.7 * capacity, 1.3 * capacity);
        assertThat(line.delay).as("seconds that a batch takes with its waiting").isLessThan(2);
    }

    @Test
    void shouldFollowWhenTheWorkBecomesHeavier() {
        Line light = new Line(1000, 0.0005);
        for (int time = 1; time <= 200; time++) {
            light.batch(time);
        }
        assertThat(light.rate).isBetween(0.7 * 1900, 1.3 * 1900);
        Line heavy = new Line(light.rate, 0.005);
        for (int time = 1; time <= 500; time++) {
            heavy.batch(time);
        }
        assertThat(heavy.rate).isBetween(0.7 * 190, 1.3 * 190);
    }
}
