/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.event;

/**
 * The state of a receiver.
 *
 * @param streamId the number of its stream among those of the program
 * @param name the name of its stream
 * @param active whether it is running
 * @param location the host on which it runs
 * @param lastErrorMessage what it said last, of an error, a restart or its end; or empty
 * @param lastError the text of the last exception, or empty
 * @param lastErrorTime when that was, in milliseconds since the epoch; -1 if never
 */
public record ReceiverInfo(
        int streamId,
        String name,
        boolean active,
        String location,
        String lastErrorMessage,
        String lastError,
        long lastErrorTime) {

    /** Where it runs on Spark as here: receivers never leave the driver. */
    public String executorId() {
        return "driver";
    }
}
