/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Receivers that read from one connection each, and connect again when it ends.
 *
 * <pre>
 * connection --bytes--> LineCutter --whole lines as bytes--> receive (stored; decoded to text in tasks)
 * </pre>
 *
 * A receiver reads on its own thread; a stop closes the socket, which ends a read or a connect that waits.
 */
@NullMarked
package dev.millrace.internal.io.socket;

import org.jspecify.annotations.NullMarked;
