/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.examples;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;

/** Records of Avro that have the number of their schema in front, as the schema registry's own serializers write them. */
final class AvroDeserializer implements Deserializer<GenericRecord> {
    private final Schema wanted;

    @SuppressWarnings("NullAway.Init") // configured before it is used
    private SchemaRegistry registry;

    /** @param wanted as which records of whatever version are read */
    AvroDeserializer(Schema wanted) {
        this.wanted = wanted;
    }

    @Override
    public void configure(Map<String, ?> settings, boolean isKey) {
        registry = SchemaRegistry.of(settings);
    }

    @Override
    public GenericRecord deserialize(String topic, byte[] data) {
        ByteBuffer bytes = ByteBuffer.wrap(data);
        if (data.length < SchemaRegistry.PREFIX || bytes.get() != SchemaRegistry.MAGIC) {
            throw new SerializationException("it does not begin with the number of a schema");
        }
        Schema written = registry.schema(bytes.getInt());
        try {
            return new GenericDatumReader<GenericRecord>(written, wanted)
                    .read(null, DecoderFactory.get().binaryDecoder(data, bytes.position(), bytes.remaining(), null));
        } catch (IOException | AvroRuntimeException e) {
            throw new SerializationException(e.getMessage(), e);
        }
    }
}
