/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.engine.spark;

import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.engine.TaskFunction;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.spi.Connector;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;

/** The last stage of an evaluation: a function on each partition. */
@Connector // so that errors name a line of the program, and none of this
final class ResultTask {
    private ResultTask() {}

    @SuppressWarnings("unchecked") // the dataset's records are of the function's type
    static <T, R> JavaRDD<TaskResult> of(
            JavaRDD<Object> data, TaskFunction<T, R> function, ValueCodec codec, Operator stage) {
        try {
            return data.mapPartitions(records -> SparkTasks.run(stage, scope -> {
                R result = function.apply((Iterator<T>) records);
                return List.of(new TaskResult(codec.encode(result), scope.observation()))
                        .iterator();
            }));
        } catch (Exception e) { // Scala code throws checked exceptions without saying so
            throw Failures.ofTranslation(action(stage), e);
        }
    }

    /** The action that gave the function, or for an output, which no line of the program calls, the dataset's operator. */
    private static Operator action(Operator dataset) {
        Operator action = Operator.here("an action");
        return action.hasLine() ? action : dataset;
    }
}
