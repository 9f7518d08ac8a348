/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.lineage;

import dev.millrace.spi.Codec;
import java.io.Serializable;

/**
 * Has an operator put aside the records that its function cannot take.
 *
 * @param name the stream's
 * @param operator whose function it is
 * @param atMost how many of this operator a batch may have
 * @param most how many of all operators together a batch may have
 * @param codec encodes the records
 */
public record RecordGuard(String name, Operator operator, int atMost, int most, Codec codec) implements Serializable {}
