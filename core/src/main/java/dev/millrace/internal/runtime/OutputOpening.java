/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runtime;

import dev.millrace.internal.log.CheckpointIdentity;
import dev.millrace.spi.OutputRun;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Tells a transactional output of the run that it begins. */
record OutputOpening(
        String outputName,
        CheckpointIdentity identity,
        @Nullable String before,
        Check check) implements OutputRun {
    /** Throws if the program does not have the checkpoint any more. */
    interface Check {
        void run() throws IOException;
    }

    @Override
    public UUID checkpointId() {
        return identity.checkpointId();
    }

    @Override
    public long epoch() {
        return identity.epoch();
    }

    @Override
    public UUID runId() {
        return identity.runId();
    }

    @Override
    public Optional<String> place() {
        return Optional.ofNullable(before);
    }

    @Override
    public void checkOwner() throws IOException {
        check.run();
    }
}
