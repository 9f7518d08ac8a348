/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.port;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.openrewrite.ExecutionContext;
import org.openrewrite.TreeVisitor;
import org.openrewrite.java.tree.Expression;
import org.openrewrite.java.tree.J;

/** Calls of methods that are not here get a comment that says what to write. */
public final class MarkAbsent extends PortRecipe {
    /** Types of the original by the names that the page has for them. */
    private static final Map<String, List<String>> TYPES = Map.ofEntries(
            Map.entry("DStream", List.of(Spark.STREAMING + "api.java.JavaDStreamLike")),
            Map.entry("PairDStream", List.of(Spark.PAIR_DSTREAM)),
            Map.entry("MapWithStateDStream", List.of(Spark.STREAMING + "api.java.JavaMapWithStateDStream")),
            Map.entry("StreamingContext", List.of(Spark.STREAMING_CONTEXT, Spark.SCALA_STREAMING_CONTEXT)),
            Map.entry("StateSpec", List.of(Spark.STREAMING + "StateSpec")),
            Map.entry("State", List.of(Spark.STREAMING + "State")),
            Map.entry("Receiver", List.of(Spark.STREAMING + "receiver.Receiver")),
            Map.entry("BatchInfo", List.of(Spark.SCHEDULER + "BatchInfo")),
            Map.entry("InputInfo", List.of(Spark.SCHEDULER + "StreamInputInfo")),
            Map.entry("OutputOperationInfo", List.of(Spark.SCHEDULER + "OutputOperationInfo")),
            Map.entry("ReceiverInfo", List.of(Spark.SCHEDULER + "ReceiverInfo")),
            Map.entry("BatchTime", List.of(Spark.STREAMING + "Time")),
            Map.entry("Duration", List.of(Spark.DURATION)),
            Map.entry("Optional", List.of(Spark.OPTIONAL)),
            Map.entry("RDD", List.of(Spark.JAVA + "JavaRDDLike")),
            Map.entry("PairRDD", List.of(Spark.PAIR_RDD)),
            Map.entry("DoubleRDD", List.of(Spark.JAVA + "JavaDoubleRDD")),
            Map.entry("MillraceContext", List.of(Spark.CONTEXT, Spark.SCALA_CONTEXT)),
            Map.entry("MillraceConf", List.of(Spark.CONF)),
            Map.entry("StorageLevel", List.of(Spark.PACKAGE + "storage.StorageLevel")),
            Map.entry("StorageLevels", List.of(Spark.JAVA + "StorageLevels")),
            Map.entry("Partitioner", List.of(Spark.PACKAGE + "Partitioner")),
            Map.entry("HashPartitioner", List.of(Spark.PACKAGE + "HashPartitioner")),
            Map.entry("RangePartitioner", List.of(Spark.PACKAGE + "RangePartitioner")),
            Map.entry("StreamingContextState", List.of(Spark.CONTEXT_STATE)),
            Map.entry("Broadcast", List.of(Spark.PACKAGE + "broadcast.Broadcast")),
            Map.entry("LongAccumulator", List.of(Spark.PACKAGE + "util.LongAccumulator")),
            Map.entry("DoubleAccumulator", List.of(Spark.PACKAGE + "util.DoubleAccumulator")),
            Map.entry("CollectionAccumulator", List.of(Spark.PACKAGE + "util.CollectionAccumulator")),
            Map.entry("AccumulatorV2", List.of(Spark.PACKAGE + "util.AccumulatorV2")),
            Map.entry("TaskContext", List.of(Spark.PACKAGE + "TaskContext")));

    /** For the loader of recipes. */
    public MarkAbsent() {}

    @Override
    String sentence() {
        return "Calls of methods that are not here get a comment that says what to write.";
    }

    @Override
    public TreeVisitor<?, ExecutionContext> getVisitor() {
        List<Pages.Absent> absent = Pages.absent();
        return new NotingVisitor() {
            @Override
            public J visitMethodInvocation(J.MethodInvocation call, ExecutionContext context) {
                mark(call.getSimpleName(), call.getArguments(), types -> Spark.on(call, types));
                return super.visitMethodInvocation(call, context);
            }

            @Override
            public J visitNewClass(J.NewClass made, ExecutionContext context) {
                if (made.getBody() == null) {
                    mark("new", made.getArguments(), types -> Spark.is(made.getType(), types));
                }
                return super.visitNewClass(made, context);
            }

            private void mark(String name, List<Expression> given, Predicate<String[]> of) {
                int arguments = given.size() == 1 && given.get(0) instanceof J.Empty ? 0 : given.size();
                absent.stream()
                        .filter(there -> there.is(name, arguments) && of.test(there(there.type())))
                        .max(Comparator.comparing(there -> there.type().startsWith("Pair")))
                        .ifPresent(there ->
                                todo(there.type() + (name.equals("new") ? "" : "." + name) + ": " + there.instead()));
            }
        };
    }

    private static String[] there(String type) {
        return TYPES.getOrDefault(type, List.of()).toArray(String[]::new);
    }

    /** The types that the page may name. */
    static Set<String> types() {
        return TYPES.keySet();
    }
}
