/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.window;

import java.io.Serializable;

/** Makes the contents of one partition of a window, empty. */
@FunctionalInterface
public interface WindowProgram<K, V, R> extends Serializable {
    WindowContents<K, V, R> open(WindowShape shape);
}
