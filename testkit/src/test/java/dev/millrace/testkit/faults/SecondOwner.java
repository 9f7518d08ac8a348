/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.faults;

import dev.millrace.internal.checkpoint.Checkpoint;
import dev.millrace.internal.checkpoint.CheckpointContents;
import dev.millrace.testkit.FaultyFileStore;
import dev.millrace.testkit.FileFault;
import dev.millrace.testkit.FileOperation;
import java.io.IOException;

/** Another program, which takes the checkpoint over just before one of the operations on the disk, begins, and ends. */
final class SecondOwner implements FileFault {
    private static final Checkpoint.Keeping KEEPING = new Checkpoint.Keeping(600, 10);

    private final FaultyFileStore disk;
    private int operationsLeft;

    SecondOwner(FaultyFileStore disk, int operation) {
        this.disk = disk;
        operationsLeft = operation;
    }

    @Override
    public void before(FileOperation operation, String path) throws IOException {
        if (--operationsLeft == 0) {
            try (Checkpoint own = Checkpoint.open(disk, KEEPING, true)) {
                CheckpointContents found = own.contents();
                if (!found.isNew()) {
                    own.begin(found.zero(), found.interval(), found.derivedNames(), found.shape());
                }
            }
        }
    }

    boolean hasTaken() {
        return operationsLeft <= 0;
    }
}
