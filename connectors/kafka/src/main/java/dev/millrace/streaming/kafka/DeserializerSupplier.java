/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import java.io.Serializable;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Makes deserializers, such as {@code StringDeserializer::new}. Tasks make one for each consumer that they keep, and configure it with
 * the settings of the source.
 *
 * @param <T> what they make of bytes
 */
@FunctionalInterface
public interface DeserializerSupplier<T> extends Supplier<Deserializer<T>>, Serializable {}
