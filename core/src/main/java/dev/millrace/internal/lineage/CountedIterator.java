/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.lineage;

import java.util.Iterator;

/** Records of which some need not be read to be counted. */
public interface CountedIterator<T> extends Iterator<T> {
    /** Passes over the next records as long as it is known how many there are, and returns their number. */
    long passOver();
}
