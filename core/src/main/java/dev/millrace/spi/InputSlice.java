/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.spi;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The part of one input that a batch takes: data, never code, because it is written into the batch's plan and read again when
 * the batch is run again.
 *
 * @param records how many records, or -1 if that shows only on reading
 * @param description for people, such as the names of files
 * @param content what {@link Source.Cursor#read} needs to find the same records again; built-in types only
 * @param positions how the input's position changes with this slice: entries put, and removed where the value is null
 */
public record InputSlice(
        long records, String description, List<Object> content, Map<Object, @Nullable Object> positions) {
    /** Nothing. */
    public static final InputSlice EMPTY = new InputSlice(0, "", List.of(), Map.of());

    /**
     * Returns whether there is nothing to read; the position may change all the same. A slice of no record that has a content is read as
     * others are: so a source says where it stands.
     */
    public boolean isEmpty() {
        return content.isEmpty() || records == 0;
    }
}
