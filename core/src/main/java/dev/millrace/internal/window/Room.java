/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.window;

/** The room in memory that contents of a window ask for while they grow. */
@FunctionalInterface
interface Room {
    /** Returns whether there is room for so many bytes in all. */
    boolean has(long bytes);

    /** Contents have grown beyond their room. Nothing has been given; they are to be built again. */
    final class NoRoom extends RuntimeException {
        private static final long serialVersionUID = 1;

        NoRoom() {
            super("no room in memory", null, false, false);
        }
    }
}
