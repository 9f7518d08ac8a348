/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit;

import dev.millrace.spi.Output;
import dev.millrace.spi.OutputBatch;
import dev.millrace.spi.OutputRun;
import dev.millrace.spi.TransactionalOutput;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.UUID;

/** Outputs as new processes open them, one after the other. None is closed before the end: the process before has died or sleeps. */
final class OpenOutputs<T> implements AutoCloseable {
    private final OutputUnderTest<T> subject;
    private final Deque<TransactionalOutput<T>> open = new ArrayDeque<>();

    OpenOutputs(OutputUnderTest<T> subject) {
        this.subject = subject;
    }

    /** Opens the output of a batch, in the program that has the batch. */
    Output<T> by(OutputBatch batch) throws Exception {
        Output<T> output = subject.open(batch.outputName());
        if (output instanceof TransactionalOutput<T> transactional) {
            open.push(transactional);
            transactional.open(new Run(batch));
        }
        return output;
    }

    /** Opens a transactional output of a batch, in the program that has the batch. */
    TransactionalOutput<T> transactional(OutputBatch batch) throws Exception {
        return (TransactionalOutput<T>) by(batch);
    }

    @Override
    public void close() throws Exception {
        while (!open.isEmpty()) {
            open.pop().close();
        }
    }

    private record Run(OutputBatch batch) implements OutputRun {
        @Override
        public String outputName() {
            return batch.outputName();
        }

        @Override
        public UUID checkpointId() {
            return batch.checkpointId();
        }

        @Override
        public long epoch() {
            return batch.epoch();
        }

        @Override
        public UUID runId() {
            return batch.runId();
        }

        @Override
        public Optional<String> place() {
            return Optional.empty();
        }

        @Override
        public void checkOwner() {}
    }
}
