/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.spi;

import java.io.Serializable;

/**
 * A piece of input that could not be used and was put aside.
 *
 * @param raw its bytes, or their beginning where they are many
 * @param place where it stood, such as {@code file /in/a.txt byte 123}: its identity, the same whenever it is met again
 * @param operator who met it, with the program's line
 * @param error why it could not be used
 */
public record QuarantinedRecord(byte[] raw, String place, String operator, String error) implements Serializable {}
