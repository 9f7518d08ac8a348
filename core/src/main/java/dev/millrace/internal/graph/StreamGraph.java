/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.graph;

import dev.millrace.internal.lineage.RecordGuard;
import dev.millrace.spi.Codec;
import dev.millrace.streaming.ErrorPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * The streams and outputs of a program in the order in which it made them; fixed at start. A node takes part in batches
 * if an output or something durable depends on it.
 */
public final class StreamGraph {
    private final Duration interval;
    private final List<StreamNode<?>> nodes = new ArrayList<>();
    private final List<StreamOutput<?>> outputs = new ArrayList<>();
    private final RememberedBatches remembered;

    public StreamGraph(Duration interval) {
        this(interval, new RememberedBatches());
    }

    private StreamGraph(Duration interval, RememberedBatches remembered) {
        this.interval = interval;
        this.remembered = remembered;
    }

    /** The batches that code of the program can ask for. */
    public RememberedBatches remembered() {
        return remembered;
    }

    public Duration interval() {
        return interval;
    }

    public void add(StreamNode<?> node) {
        node.setIndex(nodes.size());
        nodes.add(node);
    }

    public void add(StreamOutput<?> output) {
        output.setIndex(outputs.size());
        outputs.add(output);
    }

    /** Returns the same program with another output in place of each of its outputs. */
    public StreamGraph withOutputs(UnaryOperator<StreamOutput<?>> other) {
        StreamGraph graph = new StreamGraph(interval, remembered);
        graph.nodes.addAll(nodes);
        outputs.forEach(output -> graph.outputs.add(other.apply(output)));
        return graph;
    }

    public List<StreamNode<?>> nodes() {
        return nodes;
    }

    public List<StreamOutput<?>> outputs() {
        return outputs;
    }

    public List<InputNode<?>> inputs() {
        List<InputNode<?>> inputs = new ArrayList<>();
        nodes.forEach(node -> {
            if (node instanceof InputNode<?> input) {
                inputs.add(input);
            }
        });
        return inputs;
    }

    /** The nodes of batches, parents first. */
    public List<StreamNode<?>> live() {
        Set<StreamNode<?>> wanted = new HashSet<>();
        outputs.forEach(output -> wanted.add(output.stream()));
        for (int i = nodes.size() - 1; i >= 0; i--) { // children come after their parents
            StreamNode<?> node = nodes.get(i);
            if (wanted.contains(node) || (node.isDurable() && !(node instanceof InputNode<?>))) {
                wanted.add(node);
                wanted.addAll(node.parents());
            }
        }
        return nodes.stream().filter(wanted::contains).toList();
    }

    /** The nodes that keep something, so that a checkpoint knows them by name. */
    public List<StreamNode<?>> durable() {
        return nodes.stream().filter(StreamNode::isDurable).toList();
    }

    private static boolean putsAside(StreamNode<?> node) {
        return node.errorPolicy() instanceof ErrorPolicy.Quarantine;
    }

    /**
     * Returns how each operator puts aside the records that its function cannot take, as far as it is to do that.
     *
     * @param most how many of all operators together a batch may have
     */
    public Map<StreamNode<?>, RecordGuard> guards(Codec codec, int most) {
        Map<StreamNode<?>, RecordGuard> guards = new LinkedHashMap<>();
        for (StreamNode<?> node : nodes) {
            if (node.errorPolicy() instanceof ErrorPolicy.Quarantine quarantine) {
                guards.put(node, new RecordGuard(node.keptName(), node.operator(), quarantine.most(), most, codec));
            }
        }
        return guards;
    }

    /** Has operators put records aside, as {@link #guards} says, from the first batch on. */
    public void putAside(Map<StreamNode<?>, RecordGuard> guards) {
        guards.forEach(StreamNode::setGuard);
    }

    /** The problems of the program as a whole. */
    public List<String> problems() {
        List<String> problems = new ArrayList<>();
        if (outputs.isEmpty()) {
            problems.add("no output operation is registered, so nothing would ever be computed; add one, such as"
                    + " stream.print() or stream.foreachRDD(...)");
        }
        nodes.forEach(node -> problems.addAll(node.problems()));
        nodes.stream()
                .filter(node -> putsAside(node) && !node.isPerRecord())
                .forEach(node -> problems.add(node + " has onError(quarantine()), and does not call a function of the"
                        + " program with one record at a time, so nobody could tell which record to put aside; move onError"
                        + " to a map, filter, flatMap or mapWithState before it, or remove it"));
        Map<String, Object> byName = new HashMap<>();
        nodes.stream()
                .filter(node -> node.isDurable() || putsAside(node))
                .forEach(node -> unique(byName, node.keptName(), node, problems));
        Map<String, Object> outputsByName = new HashMap<>();
        outputs.forEach(output -> unique(outputsByName, output.name(), output, problems));
        Map<String, Object> byDestination = new HashMap<>();
        outputs.forEach(output -> {
            if (output.action() instanceof StreamOutput.ExactlyOnce<?> sink
                    && !sink.output().destination().isEmpty()) {
                Object other = byDestination.putIfAbsent(sink.output().destination(), output);
                if (other != null) {
                    problems.add(other + " and " + output + " both write "
                            + sink.output().destination()
                            + ", where one would replace what the other writes; give each a place of its own");
                }
            }
        });
        return problems;
    }

    private static void unique(Map<String, Object> byName, String name, Object holder, List<String> problems) {
        String problem = OperatorName.problem(name, holder);
        if (problem != null) {
            problems.add(problem);
        }
        Object other = byName.putIfAbsent(name, holder);
        if (other != null) {
            problems.add("the name \"" + name + "\" is given twice, to " + other + " and to " + holder
                    + "; rename one of them");
        }
    }

    /** The names that are missing for a checkpoint, each with the line to add. */
    public List<String> missingNames() {
        List<String> missing = new ArrayList<>();
        for (StreamNode<?> node : durable()) {
            if (node instanceof StateNode<?, ?, ?> state && state.type() == null) {
                String type = "StateType.of(\"" + node.name() + "\", TheState.class)";
                missing.add(node.operator() + " has no state type; "
                        + (node.operator().name().equals("mapWithState")
                                ? "add .stateType(" + type + ") to its StateSpec"
                                : "pass " + type + " as its first argument"));
            } else if (!node.isNamed()) {
                missing.add(node.operator() + " has no name; add .named(\"" + node.name() + "\")");
            }
        }
        for (StreamNode<?> node : nodes) {
            if (putsAside(node) && !node.isDurable() && !node.isNamed()) {
                missing.add(
                        node.operator() + " has onError(quarantine()) and no name, by which its records are found; add"
                                + " .named(\"" + node.name() + "\")");
            }
        }
        for (StreamOutput<?> output : outputs) {
            if (output.action() instanceof StreamOutput.ExactlyOnce<?> && !output.isNamed()) {
                missing.add(output.operator() + " has no name; add .named(\"" + output.name() + "\")");
            }
        }
        return missing;
    }

    /** The program's shape: what derived names depend on. */
    public List<String> shape() {
        List<String> shape = new ArrayList<>();
        nodes.forEach(node -> shape.add(node.operator().name()
                + node.parents().stream().map(nodes::indexOf).toList()));
        outputs.forEach(output -> shape.add(output.operator().name() + "[" + nodes.indexOf(output.stream()) + "]"));
        return shape;
    }
}
