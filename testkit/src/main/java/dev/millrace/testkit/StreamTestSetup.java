/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit;

import dev.millrace.MillraceConf;
import dev.millrace.spi.FileStore;
import dev.millrace.testkit.internal.GivenStores;
import dev.millrace.testkit.internal.PortableEngineProvider;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The settings with which a {@link StreamTestDriver} runs its program: on {@code local[2]} with batches of one second, the
 * checks of mutation and of types switched on and without a checkpoint, unless something else is said here. Types are
 * declared by the program, with {@code registerTypes} of its context. Not thread safe.
 */
public final class StreamTestSetup {
    private String master = "local[2]";
    private Duration batchInterval = Duration.ofSeconds(1);
    private @Nullable String checkpointDirectory;
    private @Nullable FileStore store;
    private final Map<String, String> settings = new LinkedHashMap<>();
    private final Set<String> realInputs = new LinkedHashSet<>();
    private @Nullable Set<String> observed;

    StreamTestSetup() {
        settings.put("millrace.streaming.checkMutation", "true");
        settings.put("millrace.streaming.checkTypes", "true");
    }

    /** Sets the master, such as {@code local[4]} or {@code spark:local[2]}. */
    public StreamTestSetup master(String where) {
        master = where;
        return this;
    }

    /** The interval of the batches, in virtual time. */
    public StreamTestSetup batchInterval(Duration interval) {
        batchInterval = interval;
        return this;
    }

    /** Keeps a checkpoint in {@code directory}, so that the program survives {@link StreamTestDriver#restart()}. */
    public StreamTestSetup checkpoint(Path directory) {
        checkpointDirectory = directory.toString();
        store = null;
        return this;
    }

    /**
     * Keeps the checkpoint, and the log of what receivers store, in {@code files}, such as a {@link FaultyFileStore}, whatever directory
     * the program names. Text outputs and the quarantine are elsewhere. Called again, it says where the next
     * {@link StreamTestDriver#restart()} finds them.
     */
    public StreamTestSetup fileStore(FileStore files) {
        checkpointDirectory = null;
        store = files;
        return this;
    }

    /** Sets an option, as {@link MillraceConf#set} does. */
    public StreamTestSetup set(String key, String value) {
        settings.put(key, value);
        return this;
    }

    /** Inputs that keep the program's own source; all others are filled by the test. */
    public StreamTestSetup realInputs(String... names) {
        realInputs.addAll(List.of(names));
        return this;
    }

    /**
     * Observes only these streams and outputs. All that have a name of their own are observed otherwise, and observing a
     * stream computes it: functions with side effects run once more for each observer.
     */
    public StreamTestSetup observeOnly(String... names) {
        observed = new LinkedHashSet<>(List.of(names));
        return this;
    }

    /**
     * A driver of {@code program}, whose streams are built here; it starts with the first batch.
     *
     * @throws RuntimeException what the program throws while it builds its streams
     */
    public StreamTestDriver run(StreamProgram program) {
        return new StreamTestDriver(this, program);
    }

    /** Runs the program as {@link PortabilityAssertions} do; the master is a local one. */
    StreamTestSetup portable() {
        master = PortableEngineProvider.PREFIX + master;
        return this;
    }

    MillraceConf conf() {
        MillraceConf conf = new MillraceConf().setMaster(master).setAppName("test");
        settings.forEach(conf::set);
        String directory = directory();
        if (directory != null) {
            conf.set("millrace.streaming.checkpoint.directory", directory);
        }
        return conf;
    }

    /** The directory of the checkpoint, or null without one. */
    @Nullable
    String directory() {
        return store == null ? checkpointDirectory : GivenStores.directoryOf(store);
    }

    Duration batchInterval() {
        return batchInterval;
    }

    boolean keepsSource(String input) {
        return realInputs.contains(input);
    }

    boolean observes(String name) {
        return observed == null || observed.contains(name);
    }

    boolean isDurable() {
        return checkpointDirectory != null || store != null;
    }
}
