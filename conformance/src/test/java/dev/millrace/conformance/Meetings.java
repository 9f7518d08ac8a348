/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.conformance;

import dev.millrace.Tuple2;
import dev.millrace.internal.changes.StepChanges;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.lineage.MaterialiseStep;
import dev.millrace.internal.lineage.MaterializedNode;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.internal.lineage.StepChange;
import dev.millrace.internal.lineage.StepInput;
import dev.millrace.internal.lineage.StepOutput;
import dev.millrace.internal.lineage.StepTable;
import dev.millrace.internal.lineage.StepTask;
import dev.millrace.internal.memory.MemorySpace;
import dev.millrace.streaming.BatchTime;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A step that no engine has heard of: it remembers the pairs of its first input, of all batches, and gives each pair of its
 * second input with each that it remembers under the same key.
 */
record Meetings(
        String name,
        BatchTime time,
        Operator operator,
        RddNode<Tuple2<String, Integer>> hosts,
        RddNode<Tuple2<String, String>> guests)
        implements MaterialiseStep<Meetings.Remembered> {
    private static final ValueCodec CODEC = new ValueCodec(List.of());

    @Override
    public List<RddNode<?>> inputs() {
        return List.of(hosts, guests);
    }

    @Override
    public StepTask<Remembered> task() {
        return new Task();
    }

    @Override
    public Kept kept() {
        return Kept.TABLES;
    }

    MaterializedNode<Tuple2<String, Integer>> remembered() {
        return new MaterializedNode<>(operator, name, time, hosts.partitions(), null, MaterializedNode.Part.TABLES);
    }

    MaterializedNode<String> met() {
        return new MaterializedNode<>(operator, name, time, hosts.partitions(), null, MaterializedNode.Part.RECORDS);
    }

    static final class Remembered implements StepTable {
        private final List<Tuple2<String, Integer>> hosts = new ArrayList<>();

        @Override
        public Iterator<?> read() {
            return hosts.iterator();
        }

        @Override
        public long size() {
            return hosts.size();
        }

        @Override
        public void writeTo(StepChanges.Sink sink) throws IOException {
            for (Tuple2<String, Integer> host : hosts) {
                sink.add(CODEC.encode(List.of(host._1(), host._2())));
            }
        }

        @Override
        public void load(List<byte[]> blocks) {
            read(blocks).forEachRemaining(hosts::add);
        }

        static Iterator<Tuple2<String, Integer>> read(List<byte[]> blocks) {
            return blocks.stream()
                    .map(block -> (List<?>) CODEC.decode(block))
                    .map(host -> new Tuple2<>((String) host.get(0), (Integer) host.get(1)))
                    .iterator();
        }
    }

    private record Task() implements StepTask<Remembered> {
        @Override
        public List<Remembered> open(MemorySpace space, int partitions) {
            return Stream.generate(Remembered::new).limit(partitions).toList();
        }

        @Override
        public StepChange run(Remembered table, StepInput input, StepOutput output) {
            List<Tuple2<String, Integer>> all = new ArrayList<>(table.hosts);
            input.<Tuple2<String, Integer>>read(0).forEachRemaining(all::add);
            input.<Tuple2<String, String>>read(1)
                    .forEachRemaining(guest -> all.stream()
                            .filter(host -> host._1().equals(guest._1()))
                            .forEach(host -> output.record(guest._2() + " met " + host._1() + host._2())));
            return new Change(table, all);
        }

        @Override
        public Iterator<?> read(List<byte[]> table, ValueCodec codec) {
            return Remembered.read(table);
        }
    }

    private record Change(Remembered table, List<Tuple2<String, Integer>> all) implements StepChange {
        @Override
        public Iterator<?> read() {
            return all.iterator();
        }

        @Override
        public long size() {
            return all.size() - table.hosts.size();
        }

        @Override
        public void apply() {
            table.hosts.clear();
            table.hosts.addAll(all);
        }
    }
}
