/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import dev.millrace.streaming.DStream;
import dev.millrace.streaming.StreamingContext;
import java.lang.reflect.InvocationTargetException;
import java.util.stream.Stream;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A topic of Kafka, written HOST:PORT/TOPIC. The module that reads it is there only if somebody asks for it. */
record KafkaTopic(String servers, String topic) {
    private static final String MODULE = "dev.millrace.streaming.kafka.Kafka";

    /** The values of the topic as lines. */
    @SuppressWarnings("unchecked") // the method of that module returns it
    DStream<String> lines(StreamingContext ssc) {
        try {
            return (DStream<String>) Class.forName(MODULE)
                    .getMethod("lines", StreamingContext.class, String.class, String.class)
                    .invoke(null, ssc, servers, topic);
        } catch (ClassNotFoundException e) {
            throw new CommandFailure(
                    "--kafka needs millrace-kafka and kafka-clients, which are not on the class path; the script"
                            + " millrace puts them there, or add them to java -cp");
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e);
        } catch (ReflectiveOperationException e) {
            throw new CommandFailure(
                    "--kafka cannot use the millrace-kafka on the class path, which is of another version: " + e);
        }
    }

    static final class Converter implements ITypeConverter<KafkaTopic> {
        @Override
        public KafkaTopic convert(String text) {
            int slash = text.lastIndexOf('/');
            if (slash > 0 && text.substring(slash + 1).matches("[a-zA-Z0-9._-]{1,249}")) {
                String servers = text.substring(0, slash);
                Stream.of(servers.split(",")).forEach(new HostAndPort.Converter()::convert);
                return new KafkaTopic(servers, text.substring(slash + 1));
            }
            throw new TypeConversionException(
                    "'" + text + "' is no topic; write HOST:PORT/TOPIC, such as localhost:9092/orders");
        }
    }
}
