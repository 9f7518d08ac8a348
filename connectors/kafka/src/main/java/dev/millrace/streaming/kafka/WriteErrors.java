/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import dev.millrace.error.MillraceException;
import java.util.List;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.InvalidTxnTimeoutException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.jspecify.annotations.Nullable;

/** What a failure of a writer means: whether trying again can help, and if not, what to do. */
final class WriteErrors {
    private static final List<Class<? extends Throwable>> FENCED =
            List.of(ProducerFencedException.class, InvalidProducerEpochException.class, InvalidTxnStateException.class);

    private WriteErrors() {}

    /** Returns whether another producer with the same id, or the coordinator, has ended the transaction. */
    static boolean isFenced(Throwable failure) {
        return FENCED.stream().anyMatch(kind -> find(failure, kind) != null);
    }

    /** Returns whether a client says that brokers did not answer in time, which may be healed by asking again. */
    static boolean isAway(Exception failure) {
        return !(failure instanceof MillraceException) && isTimeout(failure);
    }

    private static boolean isTimeout(Exception failure) {
        return find(failure, TimeoutException.class) != null || find(failure, DisconnectException.class) != null;
    }

    /** Returns why trying again is of no use; null if it may be. */
    static @Nullable Exception refusal(OutputSettings settings, Exception failure) {
        if (find(failure, KafkaException.class) == null || find(failure, InterruptException.class) != null) {
            return failure; // of the rows, or it is ours
        }
        String way = way(settings, failure);
        return way == null ? null : new MillraceException(way, failure);
    }

    private static @Nullable String way(OutputSettings settings, Exception failure) {
        String at = "the brokers at " + settings.servers();
        Throwable cause;
        if ((cause = find(failure, AuthenticationException.class)) != null) {
            return at + " do not accept who this client says it is: " + text(cause)
                    + "; correct security.protocol and the settings that begin with sasl. or ssl.";
        } else if ((cause = find(failure, AuthorizationException.class)) != null) {
            return at + " do not allow this client what it asks: " + text(cause)
                    + "; give its principal the rights to describe and write the topics " + settings.topic() + " and "
                    + settings.receipts()
                    + ", to read and create the latter, and to use transactional ids that begin with "
                    + PartWriter.ID_PREFIX;
        } else if ((cause = find(failure, UnsupportedVersionException.class)) != null) {
            return at + " are too old: " + text(cause);
        } else if ((cause = tooLarge(failure)) != null) {
            return at + " refuse a record for the topic " + settings.topic() + ": " + text(cause)
                    + "; raise max.request.size of the output and max.message.bytes of the topic, then start again";
        } else if ((cause = find(failure, InvalidTxnTimeoutException.class)) != null) {
            return at + " refuse transaction.timeout.ms of "
                    + settings.transactionTimeout().toMillis() + ": " + text(cause)
                    + "; it may be transaction.max.timeout.ms of the brokers at most";
        } else if ((cause = find(failure, InvalidTopicException.class)) != null) {
            return at + " know no such topic: " + text(cause) + "; correct the name";
        } else if ((cause = find(failure, ConfigException.class)) != null) {
            return "no client can be made for " + at + ": " + text(cause)
                    + "; correct the Kafka settings of the output";
        }
        return null;
    }

    private static @Nullable Throwable tooLarge(Throwable failure) {
        Throwable record = find(failure, RecordTooLargeException.class);
        return record == null ? find(failure, RecordBatchTooLargeException.class) : record;
    }

    private static <E extends Throwable> @Nullable E find(Throwable failure, Class<E> kind) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (kind.isInstance(cause)) {
                return kind.cast(cause);
            }
        }
        return null;
    }

    static String text(Throwable cause) {
        String message = cause.getMessage();
        return message == null || message.isBlank() ? cause.getClass().getSimpleName() : message;
    }
}
