/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

/** A subcommand cannot do what it was asked; the message says why, and what to do. */
final class CommandFailure extends RuntimeException {
    CommandFailure(String message) {
        super(message);
    }
}
