/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.faults;

import dev.millrace.testkit.FileFault;
import dev.millrace.testkit.FileOperation;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts how many calls another fault has failed. */
final class CountedFault implements FileFault {
    private final FileFault fault;
    private final AtomicInteger failures = new AtomicInteger();

    CountedFault(FileFault fault) {
        this.fault = fault;
    }

    @Override
    public void before(FileOperation operation, String path) throws IOException {
        try {
            fault.before(operation, path);
        } catch (IOException e) {
            failures.incrementAndGet();
            throw e;
        }
    }

    int failures() {
        return failures.get();
    }
}
