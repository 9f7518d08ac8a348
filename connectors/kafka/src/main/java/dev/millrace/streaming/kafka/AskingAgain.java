/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import dev.millrace.error.MillraceException;
import java.time.Duration;
import java.util.concurrent.Callable;

/**
 * Asks brokers for an output that is about to start: while they do not answer it asks again, less and less often, and says so each time, until
 * the patience of the output ends. An interrupt ends it at once.
 */
record AskingAgain(OutputSettings settings, Instruments instruments) {
    private static final System.Logger LOG = System.getLogger("dev.millrace.streaming.output");
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    /**
     * Returns the answer.
     *
     * @param output its name
     * @throws Exception as the question does, if asking again is of no use; of what the brokers refuse in our words
     */
    <T> T ask(String output, Callable<T> question) throws Exception {
        try {
            return askAgain(output, question);
        } catch (Exception e) {
            Exception refusal = WriteErrors.refusal(settings, e);
            throw refusal == null ? e : refusal;
        }
    }

    private <T> T askAgain(String output, Callable<T> question) throws Exception {
        long since = instruments.nanos();
        Duration pause = FIRST_PAUSE;
        while (true) {
            try {
                return question.call();
            } catch (Exception e) {
                if (!WriteErrors.isAway(e)) {
                    throw e;
                }
                String told = "the output \"" + output + "\" (the topic " + settings.topic() + "): the brokers at "
                        + settings.servers() + " cannot be asked: " + WriteErrors.text(e);
                if (instruments.nanos() - since > settings.patience().toNanos()) {
                    throw new MillraceException(
                            told + ", for " + settings.patience().toSeconds()
                                    + " s; bring them back, then start again, or give the output more patience(...)",
                            e);
                }
                LOG.log(
                        System.Logger.Level.WARNING,
                        told + "; asks again after " + pause.toMillis() + " ms, and the start waits meanwhile");
            }
            instruments.pause(pause);
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
        }
    }
}
