/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.graph;

import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.internal.lineage.UnionNode;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;

/** The records of several streams of one slide. */
public final class UnionStreamNode<T> extends StreamNode<T> {
    private final List<StreamNode<T>> parts;

    public UnionStreamNode(Operator operator, List<StreamNode<T>> parts) {
        super(operator, parts, parts.get(0).slide());
        this.parts = List.copyOf(parts);
        List<Type> known = new ArrayList<>();
        parts.forEach(part -> known.addAll(part.recordTypes()));
        setRecordTypes(known);
    }

    @Override
    protected RddNode<T> compute(BatchScope batch) {
        List<RddNode<T>> lineages = new ArrayList<>();
        parts.forEach(part -> lineages.add(batch.lineage(part)));
        return new UnionNode<>(operator(), lineages);
    }

    @Override
    public List<String> problems() {
        return OneSlide.problems(operator(), parts);
    }
}
