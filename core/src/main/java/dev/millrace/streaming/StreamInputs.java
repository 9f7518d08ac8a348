/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import dev.millrace.function.Function;
import dev.millrace.internal.conf.Options;
import dev.millrace.internal.conf.SocketOptions;
import dev.millrace.internal.graph.InputNode;
import dev.millrace.internal.graph.QueueInput;
import dev.millrace.internal.graph.ReceiverInput;
import dev.millrace.internal.graph.SourceInput;
import dev.millrace.internal.io.MalformedInput;
import dev.millrace.internal.io.files.FilePaths;
import dev.millrace.internal.io.files.FileSource;
import dev.millrace.internal.io.files.FixedRecords;
import dev.millrace.internal.io.files.TextFormat;
import dev.millrace.internal.io.socket.DecodingReceiver;
import dev.millrace.internal.io.socket.Endpoint;
import dev.millrace.internal.io.socket.LineReceiver;
import dev.millrace.internal.io.socket.RawReceiver;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.quarantine.EntryReader;
import dev.millrace.internal.quarantine.QuarantineSource;
import dev.millrace.rdd.RDD;
import dev.millrace.rdd.StorageLevel;
import dev.millrace.spi.FileFormat;
import dev.millrace.spi.QuarantinedRecord;
import dev.millrace.spi.Source;
import dev.millrace.streaming.receiver.Receiver;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Queue;

/** A context's inputs: the streams that a program begins with. Not public, so that all of StreamingContext stands on one page. */
abstract sealed class StreamInputs permits StreamCombinations {
    abstract StreamingContext self();

    /** A stream of the RDDs that are put into a queue, one a batch; RDDs that are added later are seen. */
    public <T> InputDStream<T> queueStream(Queue<RDD<T>> queue) {
        return queueStream(queue, true);
    }

    /** With {@code oneAtATime} false, a batch takes all that is in the queue. */
    public <T> InputDStream<T> queueStream(Queue<RDD<T>> queue, boolean oneAtATime) {
        return input(new QueueInput<>(Operator.here("queueStream"), self().interval(), queue, oneAtATime, null));
    }

    /** {@code whenEmpty} is taken when the queue has nothing. */
    public <T> InputDStream<T> queueStream(Queue<RDD<T>> queue, boolean oneAtATime, RDD<T> whenEmpty) {
        return input(new QueueInput<>(Operator.here("queueStream"), self().interval(), queue, oneAtATime, whenEmpty));
    }

    /** The lines of the files that appear in a directory from now on; see {@link #textFileStream(Path, FileStreamOptions)}. */
    public FileDStream<String> textFileStream(String directory) {
        return textFileStream(FilePaths.of(directory), FileStreamOptions.NEW_FILES);
    }

    /**
     * The lines of the files that appear in a directory; see {@link #textFileStream(Path, FileStreamOptions)}.
     *
     * @param newFilesOnly whether files that are there at the very first start are passed over
     */
    public FileDStream<String> textFileStream(String directory, boolean newFilesOnly) {
        return textFileStream(
                FilePaths.of(directory), newFilesOnly ? FileStreamOptions.NEW_FILES : FileStreamOptions.ALL_FILES);
    }

    /**
     * The lines of the files that appear in a directory of any file system. Files must be moved or renamed into it when
     * they are complete, and must not change afterwards; each path is read once, however old the file is, and oldest
     * first. Nested directories are not read, nor names that begin with a dot or underscore or end in {@code .tmp}. Lines
     * are UTF-8; files whose names end in {@code .gz} are decompressed, other large ones are several partitions.
     *
     * @param directory its segments may be globs, such as {@code /logs/*}{@code /in}, evaluated in each batch
     */
    public FileDStream<String> textFileStream(Path directory, FileStreamOptions options) {
        Operator operator = Operator.here("textFileStream");
        MalformedInput malformed = MalformedInput.of(self().settings(), operator);
        TextFormat format = new TextFormat(malformed, self().settings().get(Options.MAX_LINE_BYTES));
        return files(operator, directory, options, format, malformed);
    }

    /** The records of the files that appear in a directory from now on, in a format of the program's own. */
    public <T> FileDStream<T> fileStream(String directory, FileFormat<T> format) {
        return fileStream(FilePaths.of(directory), format, FileStreamOptions.NEW_FILES);
    }

    /** The records of files in a format of the program's own; with the rules of {@link #textFileStream(Path, FileStreamOptions)}. */
    public <T> FileDStream<T> fileStream(Path directory, FileFormat<T> format, FileStreamOptions options) {
        Operator operator = Operator.here("fileStream");
        return files(operator, directory, options, format, MalformedInput.of(self().settings(), operator));
    }

    /** The records of the files that appear in a directory from now on, each of {@code recordLength} bytes. */
    public FileDStream<byte[]> binaryRecordsStream(String directory, int recordLength) {
        return binaryRecordsStream(FilePaths.of(directory), recordLength, FileStreamOptions.NEW_FILES);
    }

    /** Records of one length; with the rules of {@link #textFileStream(Path, FileStreamOptions)}. */
    public FileDStream<byte[]> binaryRecordsStream(Path directory, int recordLength, FileStreamOptions options) {
        Operator operator = Operator.here("binaryRecordsStream");
        MalformedInput malformed = MalformedInput.of(self().settings(), operator);
        FixedRecords format = new FixedRecords("binaryRecordsStream", recordLength, malformed);
        return files(operator, directory, options, format, malformed);
    }

    private <T> FileDStream<T> files(
            Operator operator,
            Path directory,
            FileStreamOptions options,
            FileFormat<T> format,
            MalformedInput malformed) {
        FileSource<T> source = new FileSource<>(
                directory,
                options.filter(),
                options.newFilesOnly(),
                format,
                malformed,
                self().settings(),
                self().millraceContext().defaultParallelism());
        SourceInput<T> node = new SourceInput<>(operator, self().interval(), source);
        self().add(node);
        return new FileDStream<>(self(), node, source);
    }

    /** A stream of a replayable source. */
    public <T> InputDStream<T> from(Source<T> source) {
        return input(new SourceInput<>(Operator.here("from"), self().interval(), source));
    }

    /**
     * A stream of the records that an earlier run has put aside, of all operators and of malformed input; see
     * {@link #quarantined(Path, String, Class)}.
     */
    public InputDStream<QuarantineEntry> quarantined(Path directory) {
        self().millraceContext().getConf().registerTypes(QuarantineEntry.class, QuarantinedRecord.Encoding.class);
        return quarantined(Operator.here("quarantined"), directory, new EntryReader.Entries());
    }

    /**
     * The records that {@code onError} has put aside at one operator, as the operator was given them. With a checkpoint
     * directory each comes exactly once. The stream gives what is there when the program is started; a program may so read
     * its own quarantine: what fails again comes at the next start. Files of the quarantine must not be changed.
     *
     * @param directory of the quarantine, by default {@code quarantine} in the checkpoint directory of the program that
     *     put them aside
     * @param operator the name of the stream that had {@code onError}
     * @param type the type of the records that its function takes
     */
    public <T> InputDStream<T> quarantined(Path directory, String operator, Class<T> type) {
        return quarantined(Operator.here("quarantined"), directory, new EntryReader.Records<>(operator, type));
    }

    private <T> InputDStream<T> quarantined(Operator operator, Path directory, EntryReader<T> reader) {
        QuarantineSource<T> source = new QuarantineSource<>(
                directory, reader, self().millraceContext().defaultParallelism(), self().millraceContext()::codec);
        return input(new SourceInput<>(operator, self().interval(), source));
    }

    /** A stream of the records that a receiver stores. Several receivers run at once, and none takes a thread of the master. */
    public <T> InputDStream<T> receiverStream(Receiver<T> receiver) {
        return receive(Operator.here("receiverStream"), receiver);
    }

    private <T> InputDStream<T> receive(Operator operator, Receiver<T> receiver) {
        return input(new ReceiverInput<>(operator, self().interval(), receiver));
    }

    /** {@link #socketTextStream(String, int, StorageLevel)} with {@code MEMORY_AND_DISK_SER}. */
    public InputDStream<String> socketTextStream(String host, int port) {
        return socketTextStream(Operator.here("socketTextStream"), host, port, StorageLevel.MEMORY_AND_DISK_SER());
    }

    /**
     * The lines that a server sends: UTF-8, ended by a line feed, before which a carriage return is cut off; a last line
     * without end counts when the server ends the connection. Whenever that happens, or connecting fails, it is tried again
     * after {@code receiverRestartDelay}. With a checkpoint directory what was logged is processed exactly once; what was
     * not when the program is killed is lost, as a socket cannot be read again.
     */
    public InputDStream<String> socketTextStream(String host, int port, StorageLevel level) {
        return socketTextStream(Operator.here("socketTextStream"), host, port, level);
    }

    private InputDStream<String> socketTextStream(Operator operator, String host, int port, StorageLevel level) {
        return receive(
                operator,
                new LineReceiver(endpoint(host, port), level, self().settings().get(SocketOptions.MAX_LINE_BYTES)));
    }

    /**
     * The records that {@code decoder} finds in what a server sends. It is called for each connection, and its iterator may
     * wait for the server. When it ends or throws, the connection is made again after {@code receiverRestartDelay}.
     */
    public <T> InputDStream<T> socketStream(
            String host, int port, Function<InputStream, Iterable<T>> decoder, StorageLevel level) {
        return receive(Operator.here("socketStream"), new DecodingReceiver<>(endpoint(host, port), level, decoder));
    }

    /** {@link #rawSocketStream(String, int, StorageLevel)} with {@code MEMORY_AND_DISK_SER}. */
    public <T> InputDStream<T> rawSocketStream(String host, int port) {
        return rawSocketStream(Operator.here("rawSocketStream"), host, port, StorageLevel.MEMORY_AND_DISK_SER());
    }

    /**
     * The records of blocks that a server sends encoded: a length of four bytes, the highest first, then the bytes of
     * {@code millraceContext().codec().encode(list)}. They are stored as they are and decoded in tasks.
     */
    public <T> InputDStream<T> rawSocketStream(String host, int port, StorageLevel level) {
        return rawSocketStream(Operator.here("rawSocketStream"), host, port, level);
    }

    private <T> InputDStream<T> rawSocketStream(Operator operator, String host, int port, StorageLevel level) {
        return receive(
                operator,
                new RawReceiver<>(endpoint(host, port), level, self().settings().get(SocketOptions.MAX_BLOCK_BYTES)));
    }

    private Endpoint endpoint(String host, int port) {
        return new Endpoint(host, port, self().settings().get(SocketOptions.CONNECT_TIMEOUT));
    }

    private <T> InputDStream<T> input(InputNode<T> node) {
        self().add(node);
        return new InputDStream<>(self(), node);
    }
}
