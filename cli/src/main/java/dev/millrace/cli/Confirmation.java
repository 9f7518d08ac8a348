/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import picocli.CommandLine.Option;

/** The option without which a command that changes a checkpoint is only rehearsed. */
final class Confirmation {
    static final String MISSING = "Nothing was changed; --yes does it.";

    @Option(names = "--yes", description = "Do it.")
    private boolean yes;

    boolean isGiven() {
        return yes;
    }
}
