/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

/**
 * The treatment of a record for which the program's function throws: see {@link DStreamLike#onError}.
 *
 * <p>An {@link Error}, a cancelled task and an interrupt are not the record's fault: they fail the task whatever the
 * policy is.
 */
public sealed interface ErrorPolicy {
    /** The task fails, is tried again, and at last fails the batch. What happens where nothing is said. */
    static ErrorPolicy fail() {
        return new Fail();
    }

    /**
     * The record is put aside with what was thrown, and the batch goes on without it: as many records as fail, unless
     * {@code millrace.streaming.quarantine.maxRecordsPerBatch} says how many a batch may have of all operators together.
     */
    static Quarantine quarantine() {
        return new Quarantine(Integer.MAX_VALUE);
    }

    /** See {@link #fail}. */
    record Fail() implements ErrorPolicy {}

    /**
     * See {@link #quarantine}.
     *
     * @param most how many records of this operator a batch may put aside; with more it fails
     */
    record Quarantine(int most) implements ErrorPolicy {
        public Quarantine {
            if (most < 1) {
                throw new IllegalArgumentException(
                        "a quarantine of at most " + most + " records; let it take one, or use ErrorPolicy.fail()");
            }
        }

        /** The same with room for {@code records} of a batch; with more the batch fails, and nothing of it is lost. */
        public Quarantine atMost(int records) {
            return new Quarantine(records);
        }
    }
}
