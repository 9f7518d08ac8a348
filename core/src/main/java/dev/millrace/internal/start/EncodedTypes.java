/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.start;

import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.graph.PaneNode;
import dev.millrace.internal.graph.ReceiverInput;
import dev.millrace.internal.graph.StateNode;
import dev.millrace.internal.graph.StreamGraph;
import dev.millrace.internal.graph.StreamNode;
import dev.millrace.internal.graph.StreamOutput;
import dev.millrace.internal.io.output.FileOutput;
import dev.millrace.spi.PartedOutput;
import dev.millrace.spi.TransactionalOutput;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** The types of what a program has encoded, as far as its functions and classes tell them before there is a record. */
final class EncodedTypes {
    private EncodedTypes() {}

    /** For each stream and output the types that are not declared, with the call to add. */
    static List<String> problems(StreamGraph graph, ValueCodec codec) {
        List<String> problems = new ArrayList<>();
        for (StreamNode<?> node : graph.nodes()) {
            if (node instanceof PaneNode<?> panes) {
                add(problems, codec, panes + " keeps values", panes.recordTypes());
            } else if (node instanceof StateNode<?, ?, ?> state) {
                add(problems, codec, state + " keeps keys", List.of(state.keyType()));
            } else if (node instanceof ReceiverInput<?> receiver) {
                add(problems, codec, receiver + " stores values", receiver.recordTypes());
            }
        }
        for (StreamOutput<?> output : graph.outputs()) {
            if (output.action() instanceof StreamOutput.ExactlyOnce<?> sink && encodes(sink.output())) {
                add(problems, codec, output + " writes values", output.stream().recordTypes());
            }
        }
        return problems;
    }

    private static boolean encodes(Object output) {
        return output instanceof TransactionalOutput<?> && !(output instanceof PartedOutput<?>)
                || output instanceof FileOutput<?> files && files.encodes();
    }

    private static void add(List<String> problems, ValueCodec codec, String keeps, Collection<Type> types) {
        Set<Class<?>> undeclared = codec.undeclared(types);
        if (!undeclared.isEmpty()) {
            List<String> names = new ArrayList<>();
            List<String> classes = new ArrayList<>();
            for (Class<?> type : undeclared) {
                names.add(type.getTypeName());
                classes.add(type.getSimpleName() + ".class");
            }
            problems.add(keeps
                    + (names.size() == 1 ? " of type " : " of the types ")
                    + String.join(" and ", names)
                    + (names.size() == 1 ? ", which is" : ", which are")
                    + " not declared; add ssc.registerTypes(" + String.join(", ", classes) + ")");
        }
    }
}
