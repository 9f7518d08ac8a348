/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import java.io.Serializable;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Makes serializers, such as {@code StringSerializer::new}. Each task makes one for itself, and configures it with the settings of the
 * output.
 *
 * @param <T> what they make bytes of
 */
@FunctionalInterface
public interface SerializerSupplier<T> extends Supplier<Serializer<T>>, Serializable {}
