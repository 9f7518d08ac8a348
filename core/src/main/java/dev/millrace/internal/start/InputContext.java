/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.start;

import dev.millrace.internal.conf.OptionKeys;
import dev.millrace.internal.conf.Settings;
import dev.millrace.internal.errors.Causes;
import dev.millrace.internal.graph.InputNode;
import dev.millrace.internal.io.MalformedInput;
import dev.millrace.internal.owner.HostName;
import dev.millrace.spi.Clock;
import dev.millrace.spi.SourceContext;
import dev.millrace.spi.UnusableInput;
import dev.millrace.streaming.event.ReceiverInfo;
import dev.millrace.streaming.event.StreamingListener;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tells the source of one input of its program. */
record InputContext(InputNode<?> input, Settings settings, Clock clock, Consumer<Consumer<StreamingListener>> listeners)
        implements SourceContext {
    @Override
    public String name() {
        return input.name();
    }

    @Override
    public String operator() {
        return input.toString();
    }

    @Override
    public Duration batchInterval() {
        return input.slide();
    }

    @Override
    public String option(String key) {
        return settings.text(OptionKeys.of(key));
    }

    @Override
    public Duration duration(String key) {
        if (settings.get(OptionKeys.of(key)) instanceof Duration time) {
            return time;
        }
        throw new IllegalArgumentException("the option " + key + " is none of time");
    }

    @Override
    public UnusableInput unusable(String key) {
        return MalformedInput.of(settings, OptionKeys.malformed(key), operator());
    }

    @Override
    public void problem(String message, @Nullable Throwable cause) {
        ReceiverInfo told = new ReceiverInfo(
                input.index(),
                name(),
                true,
                HostName.get(),
                message,
                cause == null ? "" : Causes.text(cause),
                clock.wallMillis());
        listeners.accept(listener -> listener.onReceiverError(told));
    }
}
