/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.codec;

import java.util.List;

/**
 * The change of stored values of one type when a program of today reads them.
 *
 * @param type the stored name of the type
 * @param details nothing if it is kept, each change if it is migrated, each reason with the line to write if refused
 */
public record SchemaChange(Outcome outcome, String type, List<String> details) {
    /** The ways in which values change. */
    public enum Outcome {
        /** They are as the class is. */
        KEPT,
        /** They are brought into the shape of the class. */
        MIGRATED,
        /** The program does not start. */
        REFUSED
    }
}
