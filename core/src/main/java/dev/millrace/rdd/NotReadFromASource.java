/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.rdd;

/**
 * Stands in {@link RDD#rdd()} for a dataset that was not read from a source as it is; who casts it to something that only sources
 * have, such as offset ranges, reads the name of this class in the error.
 */
record NotReadFromASource(RDDHandle<?> rdd) {
    @Override
    public String toString() {
        return rdd
                + " was not read from a source as it is; ask the first RDD of the stream, before any operation on it";
    }
}
