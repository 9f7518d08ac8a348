/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.socket;

import dev.millrace.internal.conf.SocketOptions;
import dev.millrace.internal.receive.ReceiverAccess;
import dev.millrace.internal.receive.RunningReceiver;
import dev.millrace.rdd.StorageLevel;
import java.io.IOException;
import java.io.InputStream;

/**
 * Lines of UTF-8. They stay bytes here and become text in tasks. A last line without end counts if the connection was
 * ended, and not if it broke.
 */
public final class LineReceiver extends SocketReceiver<String> {
    private final int maxLineBytes;

    public LineReceiver(Endpoint endpoint, StorageLevel level, int maxLineBytes) {
        super(endpoint, level);
        this.maxLineBytes = maxLineBytes;
    }

    @Override
    void receive(InputStream in) throws IOException {
        LineCutter cutter = new LineCutter(
                maxLineBytes, new Stored(ReceiverAccess.receivers().control(this), maxLineBytes));
        while (cutter.readFrom(in)) {
            // until the end
        }
    }

    private record Stored(RunningReceiver<String> control, int maxLineBytes) implements LineCutter.Sink {
        @Override
        public void lines(byte[] bytes, int offset, int length, int count) {
            control.storeLines(bytes, offset, length, count);
        }

        @Override
        public void tooLong(long bytes) {
            control.reportError(
                    "a line of " + bytes + " bytes is longer than the " + maxLineBytes
                            + " that it may have, and was cut; raise "
                            + SocketOptions.MAX_LINE_BYTES.key(),
                    null);
        }
    }
}
