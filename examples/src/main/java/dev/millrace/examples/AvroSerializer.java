/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.examples;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serializer;

/** Writes records of Avro behind the number of their schema, which is registered for the values of the topic. */
final class AvroSerializer implements Serializer<GenericRecord> {
    @SuppressWarnings("NullAway.Init") // configured before it is used
    private SchemaRegistry registry;

    @Override
    public void configure(Map<String, ?> settings, boolean isKey) {
        registry = SchemaRegistry.of(settings);
    }

    @Override
    public byte[] serialize(String topic, GenericRecord record) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(SchemaRegistry.MAGIC);
        int number = registry.number(topic + "-value", record.getSchema());
        bytes.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(number).array());
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
        try {
            new GenericDatumWriter<GenericRecord>(record.getSchema()).write(record, encoder);
            encoder.flush();
        } catch (IOException e) {
            throw new SerializationException(e.getMessage(), e);
        }
        return bytes.toByteArray();
    }
}
