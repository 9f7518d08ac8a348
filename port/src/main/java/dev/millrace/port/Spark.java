/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.port;

import org.jspecify.annotations.Nullable;
import org.openrewrite.java.tree.J;
import org.openrewrite.java.tree.JavaType;
import org.openrewrite.java.tree.TypeUtils;

/** Names of the original that recipes look for. */
final class Spark {
    static final String PACKAGE = "org.apache.spark.";
    static final String CONF = PACKAGE + "SparkConf";
    static final String SCALA_CONTEXT = PACKAGE + "SparkContext";
    static final String JAVA = PACKAGE + "api.java.";
    static final String CONTEXT = JAVA + "JavaSparkContext";
    static final String OPTIONAL = JAVA + "Optional";
    static final String FUNCTION0 = JAVA + "function.Function0";
    static final String STREAMING = PACKAGE + "streaming.";
    static final String STREAMING_CONTEXT = STREAMING + "api.java.JavaStreamingContext";
    static final String SCALA_STREAMING_CONTEXT = STREAMING + "StreamingContext";
    static final String PAIR_DSTREAM = STREAMING + "api.java.JavaPairDStream";
    static final String PAIR_RDD = JAVA + "JavaPairRDD";
    static final String DURATION = STREAMING + "Duration";
    static final String CONTEXT_STATE = STREAMING + "StreamingContextState";
    static final String SCHEDULER = STREAMING + "scheduler.";
    static final String TUPLE = "scala.Tuple";

    private Spark() {}

    /** True if the type is one of those, or below one. */
    static boolean is(@Nullable JavaType type, String... names) {
        for (String name : names) {
            if (TypeUtils.isAssignableTo(name, type)) {
                return true;
            }
        }
        return false;
    }

    /** True if the method is called on one of the types, or on one below, be it static or not. */
    static boolean on(J.MethodInvocation call, String... names) {
        if (call.getSelect() != null) {
            return is(call.getSelect().getType(), names);
        }
        return call.getMethodType() != null && is(call.getMethodType().getDeclaringType(), names);
    }

    /** True of names of Spark and Scala; the original's own examples count as programs. */
    static boolean has(String name) {
        return name.startsWith("scala.") || name.startsWith(PACKAGE) && !name.startsWith(PACKAGE + "examples.");
    }

    /** True of the tuples of any size. */
    static boolean isTuple(@Nullable JavaType type) {
        JavaType.FullyQualified named = TypeUtils.asFullyQualified(type);
        return named != null && named.getFullyQualifiedName().startsWith(TUPLE);
    }
}
