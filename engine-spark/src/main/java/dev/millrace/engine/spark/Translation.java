/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.engine.spark;

import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.internal.lineage.TaskObservation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * The Spark RDDs of some nodes: each node has one for as long as this lives, so that Spark finds the map outputs of a
 * shuffle again when a second job reads it. Safe for use by several threads.
 */
final class Translation {
    private final JavaSparkContext spark;
    private final NodeTranslator<Object> translator;
    private final MapObservations observations = new MapObservations();
    private final Map<Long, JavaRDD<Object>> translated = new HashMap<>();
    private final List<JavaRDD<Object>> shuffles = new ArrayList<>();

    Translation(JavaSparkContext spark, ValueCodec codec, StepVersions steps, PersistedRdds persisted) {
        this.spark = spark;
        spark.sc().register(observations);
        translator = new NodeTranslator<>(this, spark, codec, steps, persisted, observations);
    }

    /** The RDD of {@code target}; parents are translated first, without recursion because lineages may be deep. */
    synchronized JavaRDD<Object> translate(RddNode<?> target) {
        Deque<RddNode<?>> open = new ArrayDeque<>();
        open.push(target);
        while (!open.isEmpty()) {
            RddNode<?> node = open.peek();
            List<RddNode<?>> missing = node.parents().stream()
                    .filter(parent -> !translated.containsKey(parent.id()))
                    .toList();
            if (translated.containsKey(node.id())) {
                open.pop();
            } else if (missing.isEmpty()) {
                translated.put(node.id(), make(node));
                open.pop();
            } else {
                missing.forEach(open::push);
            }
        }
        return translated(target);
    }

    @SuppressWarnings("unchecked") // the translator knows records as objects only
    private JavaRDD<Object> make(RddNode<?> node) {
        spark.setCallSite(node.operator().toString());
        try {
            return ((RddNode<Object>) node).accept(translator);
        } catch (Exception e) { // Scala code throws checked exceptions without saying so
            throw Failures.ofTranslation(node.operator(), e);
        } finally {
            spark.clearCallSite();
        }
    }

    /** The RDD of a node that was translated before. */
    JavaRDD<Object> translated(RddNode<?> node) {
        JavaRDD<Object> rdd = translated.get(node.id());
        if (rdd == null) {
            throw new IllegalStateException(node + " is used before it is translated");
        }
        return rdd;
    }

    void shuffled(JavaRDD<Object> rdd) {
        shuffles.add(rdd);
    }

    /** The observations of the map sides of shuffles since the last call. */
    List<TaskObservation> newObservations() {
        return observations.unreported();
    }

    /** Lets Spark delete the map outputs now, rather than when the garbage collector comes across them. */
    synchronized void close() {
        shuffles.forEach(ScalaInterop::dropShuffle);
        shuffles.clear();
        translated.clear();
    }
}
