/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import dev.millrace.error.RefusedException;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.jspecify.annotations.Nullable;

/** What an answer of a broker means for the program. */
final class BrokerErrors {
    private BrokerErrors() {}

    /** The refusal of what asking again does not heal, or null. */
    static @Nullable RefusedException refusal(
            String operator, Map<String, Object> settings, @Nullable Throwable cause) {
        String at = operator + ": the brokers at " + ClientSettings.servers(settings);
        if (cause instanceof AuthenticationException) {
            return new RefusedException(
                    at + " do not accept who this client says it is: " + text(cause)
                            + "; correct security.protocol and the settings that begin with sasl. or ssl.",
                    cause);
        }
        if (cause instanceof AuthorizationException) {
            return new RefusedException(
                    at + " do not allow this client what it asks: " + text(cause)
                            + "; give its principal the rights to describe and read the topics, and to describe and read the group",
                    cause);
        }
        if (cause instanceof UnsupportedVersionException) {
            return new RefusedException(
                    at + " are too old: " + text(cause) + "; brokers of 2.8 and later are needed", cause);
        }
        if (cause instanceof InvalidTopicException) {
            return new RefusedException(at + " know no such topic: " + text(cause) + "; correct the name", cause);
        }
        return null;
    }

    /** The refusal of settings with which no client can be made. */
    static RefusedException unusable(String operator, Map<String, Object> settings, RuntimeException e) {
        Throwable cause = e.getCause() instanceof ConfigException ? e.getCause() : e;
        return new RefusedException(
                operator + ": no client can be made for the brokers at \"" + ClientSettings.servers(settings) + "\": "
                        + text(cause) + "; correct the Kafka settings of the source",
                e);
    }

    static String text(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        String message = cause.getMessage();
        return message == null || message.isBlank() ? cause.getClass().getSimpleName() : message;
    }
}
