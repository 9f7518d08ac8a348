/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.engine.spark;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.lineage.TaskObservation;
import java.io.Serializable;

/** The message of an evaluation's task to the driver: its result as the codec's bytes, whatever the type, and its observation. */
@DefaultSerializer(JavaSerializer.class) // Kryo cannot read records
record TaskResult(byte[] result, TaskObservation observation) implements Serializable {

    @SuppressWarnings({"unchecked", "NullAway"}) // the function's result, which may be null
    <R> R decode(ValueCodec codec) {
        return (R) codec.decode(result);
    }
}
