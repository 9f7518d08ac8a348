/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.spi;

/** The two clocks of the machine: the wall, which people set, and the monotonic one, which only goes on. */
public interface Clock {
    /** Milliseconds since the epoch. */
    long wallMillis();

    /** Nanoseconds since some moment. */
    long nanos();

    /** The machine's own. */
    Clock SYSTEM = new Clock() {
        @Override
        public long wallMillis() {
            return System.currentTimeMillis();
        }

        @Override
        public long nanos() {
            return System.nanoTime();
        }
    };
}
