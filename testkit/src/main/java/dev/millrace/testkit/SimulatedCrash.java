/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit;

/**
 * Ends a thread whose process is to be thought dead. It is an error of the virtual machine's kind, so that nothing
 * between takes it for a failure of user code.
 */
public final class SimulatedCrash extends VirtualMachineError {
    private static final long serialVersionUID = 1;

    SimulatedCrash(String where) {
        super("simulated crash at " + where);
    }
}
