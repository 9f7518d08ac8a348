/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit;

/**
 * What a thread throws when its process is to be thought dead. An error of the virtual machine's kind, so that nothing
 * between takes it for a failure of user code.
 */
public final class SimulatedCrash extends VirtualMachineError {
    private static final long serialVersionUID = 1;

    SimulatedCrash(String where) {
        super("simulated crash at " + where);
    }
}
