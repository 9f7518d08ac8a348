/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.faults;

import dev.millrace.internal.operators.JobScope;
import dev.millrace.internal.operators.TaskScope;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Puts aside what the engine keeps for the thread that runs a task, because another step comes between on this thread. */
final class ThreadState {
    private static final List<ThreadLocal<Object>> KEPT =
            Stream.of(TaskScope.class, JobScope.class).flatMap(ThreadState::of).toList();

    private final List<Object> values = new ArrayList<>();

    private ThreadState() {}

    private static Stream<ThreadLocal<Object>> of(Class<?> type) {
        return Stream.of(type.getDeclaredFields())
                .filter(field -> field.getType() == ThreadLocal.class)
                .map(ThreadState::value);
    }

    @SuppressWarnings("unchecked") // whatever it holds is given back as it was
    private static ThreadLocal<Object> value(Field field) {
        try {
            field.setAccessible(true);
            return (ThreadLocal<Object>) field.get(null);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    static ThreadState take() {
        ThreadState state = new ThreadState();
        KEPT.forEach(one -> {
            state.values.add(one.get());
            one.remove();
        });
        return state;
    }

    void giveBack() {
        for (int i = 0; i < KEPT.size(); i++) {
            Object value = values.get(i);
            if (value == null) {
                KEPT.get(i).remove();
            } else {
                KEPT.get(i).set(value);
            }
        }
    }
}
