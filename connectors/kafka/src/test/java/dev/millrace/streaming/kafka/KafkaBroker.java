/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;
import org.jspecify.annotations.Nullable;

/**
 * A real broker in this process, on free ports of the loopback address: the first of a cluster, which is its own controller, or one that has
 * joined it. It can be stopped and started again on the same directory and port. Not thread safe.
 */
public final class KafkaBroker implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 60;

    private final Path directory;
    private final String cluster;
    private final int node;
    private final int controller;
    private final Map<String, String> properties = new HashMap<>();
    private final Map<String, Object> clientSettings = new HashMap<>();
    private final List<Socket> reservations = new ArrayList<>();
    private final int port;
    private @Nullable KafkaRaftServer server;
    private @Nullable Admin admin;

    /** @param first the broker to join, or null to be the first */
    private KafkaBroker(Path directory, @Nullable KafkaBroker first, Map<String, String> more) throws IOException {
        this.directory = directory;
        cluster = first == null ? Uuid.randomUuid().toString() : first.cluster;
        node = first == null ? 1 : 2;
        port = reserved();
        controller = first == null ? reserved() : first.controller;
        String listener = "PLAINTEXT://127.0.0.1:" + port;
        properties.put("process.roles", first == null ? "broker,controller" : "broker");
        properties.put("node.id", String.valueOf(node));
        properties.put("controller.quorum.voters", "1@127.0.0.1:" + controller);
        properties.put("listeners", first == null ? listener + ",CONTROLLER://127.0.0.1:" + controller : listener);
        properties.put("advertised.listeners", listener);
        properties.put("controller.listener.names", "CONTROLLER");
        properties.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        properties.put("log.dirs", directory.toString());
        for (String topic : List.of("offsets.topic", "transaction.state.log", "share.coordinator.state.topic")) {
            properties.put(topic + ".replication.factor", "1");
            properties.put(topic + ".num.partitions", "1");
        }
        properties.put("transaction.state.log.min.isr", "1");
        properties.put("share.coordinator.state.topic.min.isr", "1");
        properties.put("group.initial.rebalance.delay.ms", "0");
        properties.put("auto.create.topics.enable", "false");
        properties.put("log.cleaner.dedupe.buffer.size", "4194304"); // of 128 MB otherwise
        properties.put("num.network.threads", "1");
        properties.put("num.io.threads", "2");
        properties.putAll(more);
    }

    /** Starts a broker of default settings on an empty directory. */
    public static KafkaBroker start(Path directory) throws Exception {
        return start(directory, Map.of());
    }

    /** Starts a broker on an empty directory. */
    public static KafkaBroker start(Path directory, Map<String, String> properties) throws Exception {
        return start(new KafkaBroker(directory, null, properties));
    }

    /** Starts another broker of this one's cluster, on an empty directory. */
    KafkaBroker joined(Path other, Map<String, String> more) throws Exception {
        return start(new KafkaBroker(other, this, more));
    }

    /** The settings with which clients made here reach a broker that wants to know who they are. */
    KafkaBroker reachedBy(Map<String, Object> settings) {
        clientSettings.putAll(settings);
        return this;
    }

    private static KafkaBroker start(KafkaBroker broker) throws Exception {
        try (PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream())) {
            new Formatter()
                    .setPrintStream(nowhere)
                    .setClusterId(broker.cluster)
                    .setNodeId(broker.node)
                    .setControllerListenerName("CONTROLLER")
                    .setMetadataLogDirectory(broker.directory.toString())
                    .addDirectory(broker.directory.toString())
                    .setReleaseVersion(MetadataVersion.latestProduction())
                    .run();
        }
        broker.restart();
        return broker;
    }

    /**
     * A port that the system gives nobody else while this broker is not closed, whether it runs or not: a socket that does not
     * listen has it, beside which a server may.
     */
    private int reserved() throws IOException {
        Socket socket = new Socket();
        reservations.add(socket);
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress("127.0.0.1", 0));
        return socket.getLocalPort();
    }

    /** The value of {@code bootstrap.servers}. */
    public String address() {
        return "127.0.0.1:" + port;
    }

    /** Starts it again after {@link #stop()}. */
    public void restart() {
        server = new KafkaRaftServer(new KafkaConfig(properties), Time.SYSTEM);
        server.startup();
    }

    /** Stops it; the directory stays. Does nothing if it does not run. */
    public void stop() {
        if (server != null) {
            server.shutdown();
            server.awaitShutdown();
            server = null;
        }
    }

    /** Makes a topic, and returns once it can be written. */
    public void createTopic(String topic, int partitions) throws Exception {
        createTopic(topic, partitions, Map.of());
    }

    /** Makes a topic with settings of its own. */
    public void createTopic(String topic, int partitions, Map<String, String> settings) throws Exception {
        NewTopic made = new NewTopic(topic, Optional.of(partitions), Optional.of((short) 1));
        get(admin().createTopics(List.of(made.configs(settings))).all());
    }

    /** Deletes a topic, and returns once nobody sees it any more. */
    public void deleteTopic(String topic) throws Exception {
        get(admin().deleteTopics(List.of(topic)).all());
    }

    /** Adds partitions to a topic until it has so many. */
    public void extend(String topic, int partitions) throws Exception {
        get(admin().createPartitions(Map.of(topic, NewPartitions.increaseTo(partitions)))
                .all());
    }

    /** Deletes the records of a partition before an offset, as retention does. */
    public void deleteRecords(String topic, int partition, long before) throws Exception {
        get(admin().deleteRecords(Map.of(new TopicPartition(topic, partition), RecordsToDelete.beforeOffset(before)))
                .all());
    }

    /** Where the segments of a partition lie, for those who damage them while the broker is stopped. */
    public Path logDirectory(String topic, int partition) {
        return directory.resolve(topic + "-" + partition);
    }

    /** A client for what has no method here. Closed with the broker. */
    public Admin admin() {
        if (admin == null) {
            Map<String, Object> settings = new HashMap<>(clientSettings);
            settings.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, address());
            admin = Admin.create(settings);
        }
        return admin;
    }

    /** A producer of texts. The caller closes it. */
    public Producer<String, String> producer(Map<String, Object> settings) {
        Map<String, Object> all = new HashMap<>(clientSettings);
        all.putAll(settings);
        all.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, address());
        return new KafkaProducer<>(all, new StringSerializer(), new StringSerializer());
    }

    /** Waits for an answer, at most a minute. */
    public static <T> T get(Future<T> answer) throws Exception {
        try {
            return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        } catch (TimeoutException e) {
            throw new AssertionError("no answer within " + PATIENCE_SECONDS + " s", e);
        }
    }

    @Override
    public void close() {
        List<AutoCloseable> open = new ArrayList<>();
        open.add(this::stop);
        open.addAll(reservations);
        if (admin != null) {
            open.add(0, admin);
            admin = null;
        }
        open.forEach(KafkaBroker::closeQuietly);
    }

    private static void closeQuietly(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
