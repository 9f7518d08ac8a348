/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.spi;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * Turns values into bytes and back: self-describing, versioned, and only for declared types. Never Java
 * deserialization. Safe for use by several threads.
 */
public interface Codec extends Serializable {
    /**
     * The bytes of {@code value}.
     *
     * @throws dev.millrace.error.CodecException if its type, or that of a component, is not declared
     */
    byte[] encode(@Nullable Object value);

    /**
     * The value of bytes that {@link #encode} made.
     *
     * @throws dev.millrace.error.CodecException if they are damaged or name a type that is not declared
     */
    @Nullable
    Object decode(byte[] bytes);
}
