/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.event;

import java.util.Map;

/**
 * The part of one input that a batch took.
 *
 * @param inputStreamId the number of its stream among those of the program; -1 if the program has it no more
 * @param name the input's name
 * @param numRecords how many records, or -1 as long as that is not known
 * @param description for people, such as the names of files; may be empty
 */
public record InputInfo(int inputStreamId, String name, long numRecords, String description) {
    /** The key under which {@link #metadata()} has the description. */
    public static final String METADATA_KEY_DESCRIPTION = "Description";

    /** What is known besides: the description, unless it is empty. */
    public Map<String, Object> metadata() {
        return description.isEmpty() ? Map.of() : Map.of(METADATA_KEY_DESCRIPTION, description);
    }
}
