/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.internal;

import dev.millrace.internal.engine.ContextRuntime;
import dev.millrace.internal.graph.InputNode;
import dev.millrace.internal.graph.PaneNode;
import dev.millrace.internal.graph.StreamGraph;
import dev.millrace.internal.graph.StreamNode;
import dev.millrace.internal.graph.StreamOutput;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.RddAccess;
import dev.millrace.internal.program.ProgramAccess;
import dev.millrace.streaming.StreamingContext;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Finds the inputs and streams of a program by name, and attaches the test's own ends to them before the start. */
public final class Wiring {
    private final StreamingContext context;
    private final StreamGraph graph;
    private final Map<String, StreamNode<?>> streams = new LinkedHashMap<>();
    private final Set<String> ambiguous = new LinkedHashSet<>();

    public Wiring(StreamingContext context) {
        this.context = context;
        graph = ProgramAccess.programs().driver(context).graph();
        Map<String, StreamNode<?>> outputs = new LinkedHashMap<>();
        for (StreamNode<?> node : graph.nodes()) {
            if (node.isNamed() && !(node instanceof PaneNode<?>)) {
                add(streams, node.name(), node);
            }
        }
        for (StreamOutput<?> output : graph.outputs()) {
            if (output.isNamed()) {
                add(outputs, output.name(), output.stream());
            }
        }
        streams.putAll(outputs); // by a name that a stream and an output share a test means the output
    }

    private void add(Map<String, StreamNode<?>> found, String name, StreamNode<?> node) {
        StreamNode<?> other = found.putIfAbsent(name, node);
        if (other != null && other != node) {
            ambiguous.add(name);
        }
    }

    /** The findings that the engine of {@link PortableEngineProvider} has noted. */
    public Portability portability() {
        return ((PortableEngine) ContextRuntime.of(context.millraceContext()).engine()).noted();
    }

    /** The names of all inputs, derived ones too. */
    public List<String> inputs() {
        return graph.inputs().stream().map(InputNode::name).toList();
    }

    /** The names of streams and outputs that can be observed. */
    public List<String> streams() {
        return List.copyOf(streams.keySet());
    }

    /** Returns whether several streams have this name. */
    public boolean isAmbiguous(String name) {
        return ambiguous.contains(name);
    }

    /** Replaces the source of each input for which {@code batches} has something. */
    public void feed(Function<String, TestBatches<?>> batches, Set<String> names) {
        for (InputNode<?> input : graph.inputs()) {
            if (names.contains(input.name())) {
                feed(input, batches.apply(input.name()));
            }
        }
    }

    @SuppressWarnings("unchecked") // the test fills in records of the input's type
    private <T> void feed(InputNode<T> input, TestBatches<?> batches) {
        ReceiverCodec received = input.receives() && checksTypes()
                ? new ReceiverCodec(input.toString(), context.millraceContext().codec())
                : null;
        input.replaceBy(new TestInputNode<>(input.operator(), input.slide(), (TestBatches<T>) batches, received));
    }

    private boolean checksTypes() {
        return Boolean.parseBoolean(context.millraceContext().getConf().get("millrace.streaming.checkTypes"));
    }

    /** Attaches an output that puts each batch of a stream into {@code observation}. */
    public void observe(String name, Observation<?> observation) {
        StreamNode<?> stream = streams.get(name);
        if (stream != null && !isAmbiguous(name)) {
            observe(name, stream, observation);
        }
    }

    @SuppressWarnings("unchecked") // it takes whatever the stream holds
    private <T> void observe(String name, StreamNode<T> stream, Observation<?> observation) {
        Observation<T> target = (Observation<T>) observation;
        StreamOutput<T> output = new StreamOutput<>(
                new Operator("observe", stream.operator().callSite()),
                stream,
                new StreamOutput.Foreach<>(
                        lineage -> RddAccess.rdds().wrap(context.millraceContext(), lineage),
                        (rdd, batch) -> target.put(batch.time(), rdd.collect())));
        output.setName("observe " + name);
        graph.add(output);
    }
}
