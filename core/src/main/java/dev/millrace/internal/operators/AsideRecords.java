/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.operators;

import dev.millrace.internal.codec.ValueBlockReader;
import dev.millrace.internal.codec.ValueBlockWriter;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.lineage.QuarantinedRecords;
import dev.millrace.spi.QuarantinedRecord;
import dev.millrace.spi.QuarantinedRecord.Encoding;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

/**
 * Records that one attempt puts aside, encoded and compressed as they come: they resemble each other, and the sender of the input
 * decides how many they are. Belongs to the task's thread.
 */
final class AsideRecords implements AutoCloseable {
    private static final int BLOCK = 1 << 15;

    private final AsideBlocks blocks;
    private final ValueBlockWriter open = new ValueBlockWriter(ValueCodec.builtIn());

    AsideRecords(AsideBlocks blocks) {
        this.blocks = blocks;
    }

    void add(QuarantinedRecord record) {
        open.write(record.encoding().name(), record.raw(), record.place(), record.operator(), record.error());
        if (open.size() >= BLOCK) {
            flush();
        }
    }

    private void flush() {
        if (open.size() > 0) {
            blocks.add(compressed(open.takeBlock()));
        }
    }

    /** The records that were put aside until now. */
    QuarantinedRecords untilNow() {
        flush();
        return new Told(blocks.untilNow());
    }

    @Override
    public void close() {
        blocks.close();
    }

    private static byte[] compressed(byte[] block) {
        Deflater deflater = new Deflater(Deflater.BEST_SPEED);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(block.length / 8);
        try (DeflaterOutputStream out = new DeflaterOutputStream(bytes, deflater)) {
            out.write(block);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // there is no I/O
        } finally {
            deflater.end();
        }
        return bytes.toByteArray();
    }

    private static byte[] expanded(byte[] block) {
        try (InflaterInputStream in = new InflaterInputStream(new ByteArrayInputStream(block))) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("what was put aside cannot be read back: " + e, e);
        }
    }

    /** The records for observers, which may be in another process. */
    private record Told(AsideBlocks blocks) implements QuarantinedRecords {
        @Override
        public boolean isEmpty() {
            return false; // an attempt that puts nothing aside makes none of these
        }

        @Override
        public void forEach(Consumer<? super QuarantinedRecord> each) {
            blocks.forEach(block -> read(expanded(block), each));
        }

        private static void read(byte[] block, Consumer<? super QuarantinedRecord> each) {
            ValueBlockReader values = new ValueBlockReader(ValueCodec.builtIn(), block);
            while (values.hasNext()) {
                each.accept(new QuarantinedRecord(
                        Encoding.valueOf(text(values)),
                        (byte[]) Objects.requireNonNull(values.next()),
                        text(values),
                        text(values),
                        text(values)));
            }
        }

        private static String text(ValueBlockReader values) {
            return (String) Objects.requireNonNull(values.next());
        }

        @Override
        public void close() {
            blocks.close();
        }
    }
}
