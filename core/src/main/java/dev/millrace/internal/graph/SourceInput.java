/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.graph;

import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.internal.lineage.SourceNode;
import dev.millrace.internal.lineage.UnionNode;
import dev.millrace.spi.InputSlice;
import dev.millrace.spi.Source;
import dev.millrace.streaming.BatchTime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a replayable source. */
public final class SourceInput<T> extends InputNode<T> {
    private final Source<T> source;
    private Source.@Nullable Cursor<T> cursor;
    private boolean replays;

    public SourceInput(Operator operator, Duration slide, Source<T> source) {
        super(operator, slide);
        this.source = source;
    }

    @Override
    protected boolean isOwn(Map<Object, Object> position) {
        return source.isOwn(position);
    }

    @Override
    protected void open(@Nullable Map<Object, Object> position, InputServices services) {
        cursor = source.open(position, services.sources().apply(this));
        replays = services.replays();
    }

    @Override
    protected Map<Object, Object> chosen() {
        return opened().chosen();
    }

    @Override
    public InputSlice next(BatchTime batch) throws Exception {
        return opened().next(batch);
    }

    @Override
    protected RddNode<T> lineage(InputSlice slice) {
        return slice.content().isEmpty()
                ? new UnionNode<>(operator(), List.of())
                : new SourceNode<>(operator(), opened().read(slice));
    }

    @Override
    protected void refresh() throws Exception {
        opened().refresh();
    }

    @Override
    public boolean takesRate() {
        return true;
    }

    @Override
    public void setRate(double recordsPerSecond) {
        opened().setRate(recordsPerSecond);
    }

    @Override
    public void retire(InputSlice slice) {
        if (!replays) {
            opened().decided(slice);
        }
    }

    public Source<T> source() {
        return source;
    }

    private Source.Cursor<T> opened() {
        if (cursor == null) {
            throw new IllegalStateException(this + " is not open");
        }
        return cursor;
    }

    @Override
    protected void close() {
        if (cursor != null) {
            cursor.close();
        }
    }
}
