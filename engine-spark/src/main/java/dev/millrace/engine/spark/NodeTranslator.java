/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.engine.spark;

import dev.millrace.function.Function;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.lineage.BlocksNode;
import dev.millrace.internal.lineage.CartesianNode;
import dev.millrace.internal.lineage.CoalesceNode;
import dev.millrace.internal.lineage.FilterNode;
import dev.millrace.internal.lineage.FlatMapNode;
import dev.millrace.internal.lineage.GuardedNode;
import dev.millrace.internal.lineage.MapNode;
import dev.millrace.internal.lineage.MapPartitionsNode;
import dev.millrace.internal.lineage.MaterializedNode;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.ParallelizedNode;
import dev.millrace.internal.lineage.PartitionFunction;
import dev.millrace.internal.lineage.PersistedNode;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.internal.lineage.RddVisitor;
import dev.millrace.internal.lineage.RecordFunction;
import dev.millrace.internal.lineage.RecordGuard;
import dev.millrace.internal.lineage.ShuffleNode;
import dev.millrace.internal.lineage.SideBySideNode;
import dev.millrace.internal.lineage.SourceNode;
import dev.millrace.internal.lineage.UnionNode;
import dev.millrace.internal.memory.ConcatIterator;
import dev.millrace.internal.memory.MemorySpace;
import dev.millrace.internal.operators.CrossIterator;
import dev.millrace.internal.operators.FilterIterator;
import dev.millrace.internal.operators.FlatMapIterator;
import dev.millrace.internal.operators.GuardedIterator;
import dev.millrace.internal.operators.MapIterator;
import dev.millrace.internal.operators.PartitionIterator;
import dev.millrace.internal.operators.Sources;
import dev.millrace.spi.PartitionedSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * One Spark RDD a node. Closures hold functions, operators and ids, never nodes: a node would take its whole lineage to
 * every task.
 */
@SuppressWarnings("unchecked") // below the typed surface records are objects
final class NodeTranslator<T> implements RddVisitor<T, JavaRDD<Object>> {
    private final Translation translation;
    private final JavaSparkContext spark;
    private final ValueCodec codec;
    private final StepVersions steps;
    private final PersistedRdds persisted;
    private final MapObservations observations;

    NodeTranslator(
            Translation translation,
            JavaSparkContext spark,
            ValueCodec codec,
            StepVersions steps,
            PersistedRdds persisted,
            MapObservations observations) {
        this.translation = translation;
        this.spark = spark;
        this.codec = codec;
        this.steps = steps;
        this.persisted = persisted;
        this.observations = observations;
    }

    @Override
    public JavaRDD<Object> visit(ParallelizedNode<T> node) {
        List<byte[]> slices = new ArrayList<>();
        for (int p = 0; p < node.partitions(); p++) {
            slices.add(Blocks.encode(codec, node.slice(p)));
        }
        return parallelized(spark, slices, node.operator(), node.id(), codec);
    }

    private static JavaRDD<Object> parallelized(
            JavaSparkContext spark, List<byte[]> slices, Operator operator, long id, ValueCodec codec) {
        return spark.parallelize(slices, slices.size())
                .mapPartitionsWithIndex(
                        (partition, slice) -> new LazyIterator<>(scope -> scope.input(
                                id,
                                operator,
                                Blocks.<Object>decode(codec, slice.next()).iterator())),
                        false);
    }

    @Override
    public JavaRDD<Object> visit(SourceNode<T> node) {
        return node.partitions() == 0
                ? spark.emptyRDD()
                : source(spark, (PartitionedSource<Object>) node.source(), node.operator(), node.id());
    }

    private static JavaRDD<Object> source(
            JavaSparkContext spark, PartitionedSource<Object> source, Operator operator, long id) {
        List<List<String>> hosts = IntStream.range(0, source.partitions())
                .mapToObj(source::preferredLocations)
                .toList();
        return ScalaInterop.indices(spark, hosts)
                .mapPartitionsWithIndex(
                        (partition, index) -> new LazyIterator<>(
                                scope -> scope.input(id, operator, Sources.read(source, operator, partition))),
                        false);
    }

    @Override
    public JavaRDD<Object> visit(BlocksNode<T> node) {
        List<List<BlocksNode.Portion<T>>> slices =
                IntStream.range(0, node.partitions()).mapToObj(node::portions).toList();
        return received(spark, (List<List<BlocksNode.Portion<Object>>>) (List<?>) slices, node.operator(), node.id());
    }

    private static JavaRDD<Object> received(
            JavaSparkContext spark, List<List<BlocksNode.Portion<Object>>> slices, Operator operator, long id) {
        return spark.parallelize(slices, slices.size())
                .mapPartitionsWithIndex(
                        (partition, slice) -> new LazyIterator<>(scope -> scope.input(
                                id, operator, new ConcatIterator<>(slice.next().iterator(), BlocksNode.Portion::read))),
                        false);
    }

    @Override
    public <S> JavaRDD<Object> visit(MapNode<S, T> node) {
        Function<? super Object, ?> function = (Function<? super Object, ?>) node.function();
        Operator operator = node.operator();
        return translation
                .translated(node.parent())
                .mapPartitionsWithIndex((partition, records) -> new MapIterator<>(records, function, operator), false);
    }

    @Override
    public JavaRDD<Object> visit(FilterNode<T> node) {
        Function<? super Object, Boolean> predicate = (Function<? super Object, Boolean>) node.predicate();
        Operator operator = node.operator();
        return translation
                .translated(node.parent())
                .mapPartitionsWithIndex(
                        (partition, records) -> new FilterIterator<>(records, predicate, operator), false);
    }

    @Override
    public <S> JavaRDD<Object> visit(FlatMapNode<S, T> node) {
        Function<? super Object, Iterator<?>> function =
                (Function<? super Object, Iterator<?>>) (Function<?, ?>) node.function();
        Operator operator = node.operator();
        return translation
                .translated(node.parent())
                .mapPartitionsWithIndex(
                        (partition, records) -> new FlatMapIterator<>(records, function, operator), false);
    }

    @Override
    public <S> JavaRDD<Object> visit(GuardedNode<S, T> node) {
        RecordFunction<Object, Object> function =
                (RecordFunction<Object, Object>) (RecordFunction<?, ?>) node.function();
        RecordGuard guard = node.guard();
        return translation
                .translated(node.parent())
                .mapPartitionsWithIndex(
                        (partition, records) -> new GuardedIterator<>(records, function, guard, partition), false);
    }

    @Override
    public <S> JavaRDD<Object> visit(MapPartitionsNode<S, T> node) {
        PartitionFunction<Object, Object> function =
                (PartitionFunction<Object, Object>) (PartitionFunction<?, ?>) node.function();
        Operator operator = node.operator();
        return translation
                .translated(node.parent())
                .mapPartitionsWithIndex(
                        (partition, records) -> new LazyIterator<>(
                                scope -> PartitionIterator.of(() -> function.call(partition, records), operator)),
                        false);
    }

    @Override
    public JavaRDD<Object> visit(UnionNode<T> node) {
        List<JavaRDD<Object>> parts = new ArrayList<>();
        for (RddNode<T> part : node.parts()) {
            if (part.partitions() > 0) {
                parts.add(translation.translated(part));
            }
        }
        return switch (parts.size()) {
            case 0 -> spark.emptyRDD();
            case 1 -> parts.get(0);
            default -> ScalaInterop.union(spark, parts);
        };
    }

    @Override
    public JavaRDD<Object> visit(CoalesceNode<T> node) {
        JavaRDD<Object> parent = translation.translated(node.parent());
        if (node.partitions() == 0) {
            return parent;
        }
        return ScalaInterop.regrouped(
                parent,
                groups(node, partition -> IntStream.range(node.firstOf(partition), node.firstOf(partition + 1))));
    }

    private static int[][] groups(RddNode<?> node, IntFunction<IntStream> parents) {
        return IntStream.range(0, node.partitions())
                .mapToObj(partition -> parents.apply(partition).toArray())
                .toArray(int[][]::new);
    }

    @Override
    public JavaRDD<Object> visitCartesian(CartesianNode<?, ?> node) {
        if (node.partitions() == 0) {
            return spark.emptyRDD();
        }
        JavaRDD<Object> first = ScalaInterop.regrouped(
                translation.translated(node.first()), groups(node, partition -> IntStream.of(node.firstOf(partition))));
        JavaRDD<Object> second = ScalaInterop.regrouped(
                translation.translated(node.second()),
                groups(node, partition -> IntStream.of(node.secondOf(partition))));
        return first.zipPartitions(
                second, (left, right) -> new LazyIterator<>(scope -> CrossIterator.of(left, right, scope)));
    }

    @Override
    public JavaRDD<Object> visit(SideBySideNode<T> node) {
        List<JavaRDD<Object>> sides =
                node.parents().stream().map(translation::translated).toList();
        return together(StepTasks.sideBySide(sides), (SideBySideNode.Together<Object>) node.function(), codec);
    }

    private static JavaRDD<Object> together(
            JavaRDD<Iterator<Object>> sides, SideBySideNode.Together<Object> function, ValueCodec codec) {
        return sides.mapPartitions(partitions -> new LazyIterator<>(scope -> {
            List<Iterator<Object>> records = new ArrayList<>();
            partitions.forEachRemaining(records::add);
            return scope.leaf(function.read(records, MemorySpace.ofTask(codec)));
        }));
    }

    @Override
    public JavaRDD<Object> visitShuffle(ShuffleNode<?, ?, ?> node) {
        JavaRDD<Object> parent = translation.translated(((ShuffleNode<Object, Object, Object>) node).parent());
        Exchange<?, ?, ?> exchange = Exchange.of(node, codec, observations);
        JavaRDD<Object> shuffled = exchange.over(parent, node.partitions());
        translation.shuffled(shuffled);
        return shuffled;
    }

    @Override
    public JavaRDD<Object> visit(MaterializedNode<T> node) {
        return steps.read(node);
    }

    @Override
    public JavaRDD<Object> visit(PersistedNode<T> node) {
        return persisted.of(node, translation.translated(node.parent()), codec);
    }
}
