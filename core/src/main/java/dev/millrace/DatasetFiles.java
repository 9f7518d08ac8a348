/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace;

import dev.millrace.internal.conf.Options;
import dev.millrace.internal.conf.Settings;
import dev.millrace.internal.io.MalformedInput;
import dev.millrace.internal.io.files.FileList;
import dev.millrace.internal.io.files.FixedRecords;
import dev.millrace.internal.io.files.SplitFiles;
import dev.millrace.internal.io.files.TextFormat;
import dev.millrace.internal.io.files.WholeFiles;
import dev.millrace.internal.io.output.ObjectFiles;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.RddAccess;
import dev.millrace.internal.lineage.SourceNode;
import dev.millrace.rdd.PairRDD;
import dev.millrace.rdd.PortableDataStream;
import dev.millrace.rdd.RDD;
import dev.millrace.spi.FileFormat;

/** Files as datasets. They are listed when the dataset is made, and read by each action. */
abstract sealed class DatasetFiles extends SharedVariables permits MillraceContext {
    abstract MillraceContext self();

    private Settings settings() {
        return self().getConf().settings();
    }

    /** Like {@link #textFile(String, int)}, in pieces of {@code millrace.streaming.fileStream.splitBytes}. */
    public RDD<String> textFile(String path) {
        return textFile(path, 1);
    }

    /**
     * The lines of files in UTF-8; those whose names end in {@code .gz} are decompressed. They are listed now, and read by each action.
     *
     * @param path a file, a directory, which stands for its visible files, a glob for either, or several of these with commas between
     * @param minPartitions how many partitions there should be at least; compressed files are not cut
     * @throws IllegalArgumentException if there is nothing
     */
    public RDD<String> textFile(String path, int minPartitions) {
        Operator operator = Operator.here("textFile");
        MalformedInput malformed = MalformedInput.of(settings(), operator);
        return pieces(operator, new TextFormat(malformed, settings().get(Options.MAX_LINE_BYTES)), path, minPartitions);
    }

    /** The records of files that have one length each, in bytes; {@code path} is as that of {@link #textFile(String, int)}. */
    public RDD<byte[]> binaryRecords(String path, int recordLength) {
        Operator operator = Operator.here("binaryRecords");
        MalformedInput malformed = MalformedInput.of(settings(), operator);
        return pieces(operator, new FixedRecords("binaryRecords", recordLength, malformed), path, 1);
    }

    private <T> RDD<T> pieces(Operator operator, FileFormat<T> format, String path, int minPartitions) {
        return RddAccess.rdds()
                .wrap(
                        self(),
                        new SourceNode<>(
                                operator,
                                SplitFiles.of(
                                        format,
                                        path,
                                        settings().get(Options.FILE_SPLIT_BYTES),
                                        minPartitions,
                                        MalformedInput.of(settings(), operator))));
    }

    /** Like {@link #wholeTextFiles(String, int)}, in {@link MillraceContext#defaultMinPartitions()} partitions. */
    public PairRDD<String, String> wholeTextFiles(String path) {
        return wholeTextFiles(path, self().defaultMinPartitions());
    }

    /** The path of each file with all its text; {@code path} is as that of {@link #textFile(String, int)}. One file must fit in memory. */
    public PairRDD<String, String> wholeTextFiles(String path, int minPartitions) {
        Operator operator = Operator.here("wholeTextFiles");
        MalformedInput malformed = MalformedInput.of(settings(), operator);
        return RddAccess.rdds()
                .wrapPairs(
                        self(),
                        new SourceNode<>(operator, WholeFiles.texts(FileList.of(path), minPartitions, malformed)));
    }

    /** Like {@link #binaryFiles(String, int)}, in {@link MillraceContext#defaultMinPartitions()} partitions. */
    public PairRDD<String, PortableDataStream> binaryFiles(String path) {
        return binaryFiles(path, self().defaultMinPartitions());
    }

    /** The path of each file with a stream of its bytes; {@code path} is as that of {@link #textFile(String, int)}. */
    public PairRDD<String, PortableDataStream> binaryFiles(String path, int minPartitions) {
        self().getConf().registerTypes(PortableDataStream.class);
        return RddAccess.rdds()
                .wrapPairs(
                        self(),
                        new SourceNode<>(
                                Operator.here("binaryFiles"), WholeFiles.streams(FileList.of(path), minPartitions)));
    }

    /**
     * The records of a directory that {@code saveAsObjectFile} or {@code saveAsObjectFiles} has written, a partition a file.
     *
     * @param type what they are; further types are declared by {@code registerTypes}
     */
    public <T> RDD<T> objectFile(String path, Class<T> type) {
        self().getConf().registerTypes(type); // tasks elsewhere send the records too
        return objectFile(path);
    }

    /** Like {@link #objectFile(String, Class)}, of built-in types, or those that are declared already. */
    public <T> RDD<T> objectFile(String path) {
        return RddAccess.rdds()
                .wrap(self(), new SourceNode<>(Operator.here("objectFile"), ObjectFiles.of(path, self().codec())));
    }

    /** Like {@link #objectFile(String)}: a partition is a file, whatever {@code minPartitions} is. */
    public <T> RDD<T> objectFile(String path, int minPartitions) {
        return objectFile(path);
    }
}
