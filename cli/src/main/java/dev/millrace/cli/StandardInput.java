/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import dev.millrace.error.CancelledException;
import dev.millrace.rdd.StorageLevel;
import dev.millrace.streaming.receiver.Receiver;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The lines of this process's standard input; the receiver stops when that ends. A read of it cannot be interrupted, so it
 * has a thread of its own that a stop does not wait for.
 */
final class StandardInput extends Receiver<String> {
    private final InputStream in;
    private volatile @Nullable Exception failure;

    StandardInput(InputStream in) {
        super(StorageLevel.MEMORY_AND_DISK_SER());
        this.in = in;
    }

    /** Returns the failure that ended it too early; null if it has reached its end. */
    @Nullable
    Exception failure() {
        return failure;
    }

    @Override
    public void onStart() {
        Thread thread = new Thread(this::read, "millrace-stdin");
        thread.setDaemon(true);
        thread.start();
    }

    private void read() {
        try {
            BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                store(line);
            }
            stop("standard input has ended");
        } catch (CancelledException e) {
            // the program stops
        } catch (IOException | RuntimeException e) {
            failure = e;
            stop("standard input cannot be read", e);
        }
    }
}
