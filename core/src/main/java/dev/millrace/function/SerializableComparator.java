/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.function;

import java.io.Serializable;
import java.util.Comparator;

/**
 * A comparator that a cluster engine can send. A lambda or method reference becomes one where it is given to an operation that compares;
 * such operations take any other {@link Comparator} too, which must serialize on Spark only.
 */
@FunctionalInterface
public interface SerializableComparator<T> extends Comparator<T>, Serializable {}
