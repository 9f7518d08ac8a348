/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.ingest.receive;

import dev.millrace.internal.ingest.MalformedInput;
import dev.millrace.spi.Codec;
import java.io.Serializable;

/**
 * How the blocks of a stream are read.
 *
 * @param stream the name of the stream, for errors
 * @param malformed what becomes of text that is not UTF-8 or of a line that is too long
 * @param maxLineBytes how long a line may be, without its line feed
 */
record BlockReading(String stream, Codec codec, MalformedInput malformed, int maxLineBytes) implements Serializable {}
