/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.faults;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.changes.StepChanges;
import dev.millrace.internal.checkpoint.BatchLog;
import dev.millrace.spi.FileStore;
import dev.millrace.streaming.BatchTime;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Ways to break the protocol that a simulation must notice. */
enum Mutation {
    /** Nothing is made durable but by luck. */
    SYNCS_NOTHING {
        @Override
        FileStore over(FileStore disk) {
            return around(FileStore.class, disk, (method, arguments) -> {
                Object result = method.getName().equals("sync") ? null : call(disk, method, arguments);
                return result instanceof FileStore.Appender file
                        ? around(
                                FileStore.Appender.class,
                                file,
                                (of, more) -> of.getName().equals("sync") ? null : call(file, of, more))
                        : result;
            });
        }
    },

    /** A batch is committed, and published after that. */
    COMMITS_BEFORE_IT_PUBLISHES {
        @Override
        BatchLog over(BatchLog checkpoint) {
            return around(BatchLog.class, checkpoint, (method, arguments) -> {
                if (method.getName().equals("commit")) {
                    return null;
                }
                Object result = call(checkpoint, method, arguments);
                if (method.getName().equals("decide")) {
                    checkpoint.commit((BatchTime) arguments[0]);
                }
                return result;
            });
        }
    },

    /** State changes are durable before the batch is decided, so that one that runs again applies them twice. */
    APPLIES_CHANGES_TWICE {
        @Override
        @SuppressWarnings("unchecked")
        BatchLog over(BatchLog checkpoint) {
            return around(BatchLog.class, checkpoint, (method, arguments) -> {
                if (method.getName().equals("decide")) {
                    BatchTime time = (BatchTime) arguments[0];
                    BatchTime justBefore = new BatchTime(time.milliseconds() - 1);
                    checkpoint.decide(justBefore, (Map<String, List<StepChanges>>) arguments[1], Map.of());
                    checkpoint.decide(time, Map.of(), (Map<String, List<String>>) arguments[2]);
                    return null;
                }
                return call(checkpoint, method, arguments);
            });
        }
    },

    /** It goes on although another program has taken the checkpoint. */
    GOES_ON_WHEN_IT_IS_FENCED {
        @Override
        BatchLog over(BatchLog checkpoint) {
            return around(BatchLog.class, checkpoint, (method, arguments) -> {
                try {
                    return call(checkpoint, method, arguments);
                } catch (CheckpointException e) {
                    return null; // of methods that return nothing
                }
            });
        }
    };

    FileStore over(FileStore disk) {
        return disk;
    }

    BatchLog over(BatchLog checkpoint) {
        return checkpoint;
    }

    interface Handler {
        @Nullable
        Object call(Method method, Object[] arguments) throws Throwable;
    }

    static <T> T around(Class<T> type, T real, Handler handler) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> method.getDeclaringClass() == Object.class
                        ? call(real, method, arguments)
                        : handler.call(method, arguments)));
    }

    static @Nullable Object call(Object real, Method method, Object @Nullable [] arguments) throws Throwable {
        try {
            return method.invoke(real, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
