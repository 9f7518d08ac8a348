/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.benchmarks.kafka;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * Measures programs from topic to topic against Kafka Streams of the same version, side by side on one broker, and prints a table. Each round
 * runs every side once; figures are medians of the rounds.
 */
public final class KafkaPeers {
    private static final double HALF = 0.5;
    private static final double WARM = 0.3; // of the records
    private static final int REAL_TIME_PARTITIONS = 5;
    private static final int REAL_TIME_RATE = 1000; // records a second
    private static final int REAL_TIME_KEYS = 100_000;

    private final Lab lab;
    private final Sizes sizes;
    private double held;

    private KafkaPeers(Lab lab, Sizes sizes) {
        this.lab = lab;
        this.sizes = sizes;
    }

    public static void main(String[] arguments) throws Exception {
        Sizes sizes;
        try {
            sizes = new Sizes(arguments);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
            return;
        }
        run(sizes);
    }

    static void run(Sizes sizes) throws Exception {
        System.out.println(sizes);
        try (Lab lab = new Lab()) {
            KafkaPeers peers = new KafkaPeers(lab, sizes);
            if (sizes.measures("map")) {
                peers.mapFilter();
            }
            if (sizes.measures("count")) {
                peers.count();
            }
            if (sizes.measures("latency")) {
                peers.latency();
            }
            if (sizes.measures("realtime")) {
                peers.realTime();
            }
            if (sizes.measures("start")) {
                peers.start();
            }
        }
    }

    private Peer millrace() {
        return Peer.millrace(sizes.get("interval"), sizes.get("batch"), sizes.heap());
    }

    private Peer fast() {
        return Peer.millrace(sizes.get("fast"), sizes.get("batch"), sizes.heap());
    }

    /** The other sides; without a tuned interval only those with the defaults. */
    private Peer tuned(String store, long commitMillis) {
        return streams(store, sizes.get("tuned") == 0 ? 0 : commitMillis);
    }

    private Peer streams(String store, long commitMillis) {
        return Peer.streams(store, commitMillis, sizes.heap());
    }

    private void mapFilter() throws Exception {
        long records = sizes.get("records");
        Map<Peer, List<Rate>> rates = throughput(
                Program.MAP_FILTER,
                records,
                records,
                (long) (records * WARM),
                List.of(streams("memory", 0), tuned("memory", sizes.get("tuned")), millrace()));
        held = Table.median(rates.values().iterator().next(), Rate::perSecond);
    }

    private void count() throws Exception {
        long records = sizes.get("records");
        long keys = sizes.get("keys");
        throughput(
                Program.COUNT,
                Math.max(records, 2 * keys),
                keys,
                Math.max((long) (records * WARM), keys),
                List.of(
                        streams("rocksdb", 0),
                        tuned("rocksdb", sizes.get("tuned")),
                        streams("memory", 0),
                        tuned("memory", sizes.get("tuned")),
                        millrace()));
    }

    private Map<Peer, List<Rate>> throughput(Program program, long records, long keys, long first, List<Peer> peers)
            throws Exception {
        int partitions = sizes.of("partitions");
        String from = lab.newTopic("from", partitions);
        Records.write(lab.servers(), from, partitions, records, Records.eachAndThenAny(keys));
        Throughput throughput = new Throughput(lab, program, from, partitions, records, first);
        Map<Peer, List<Rate>> rates = rounds(peers, throughput::measure);
        lab.deleteTopics(from);
        Table<Rate> table = new Table<>(program + ", " + keys + " keys", rates);
        table.column("records/s", "%,.0f", Rate::perSecond);
        table.column("processor us/record", "%.2f", Rate::micros);
        table.column("broker us/record", "%.2f", Rate::broker);
        table.print();
        return rates;
    }

    private void latency() throws Exception {
        double rate = sizes.get("rate") > 0 ? sizes.get("rate") : held * HALF;
        if (rate == 0) {
            throw new IllegalArgumentException("say how many records a second with rate=..., or measure map before");
        }
        latency(
                new Latency(
                        lab,
                        Program.MAP_FILTER,
                        sizes.of("partitions"),
                        sizes.get("keys"),
                        rate,
                        sizes.get("warm"),
                        sizes.get("seconds")),
                String.format(Locale.ROOT, "MAP_FILTER, %,.0f records/s", rate),
                List.of(streams("memory", 0), tuned("memory", sizes.get("fast")), fast()));
    }

    private void realTime() throws Exception {
        latency(
                new Latency(
                        lab,
                        Program.COUNT_EACH,
                        REAL_TIME_PARTITIONS,
                        REAL_TIME_KEYS,
                        REAL_TIME_RATE,
                        sizes.get("warm"),
                        sizes.get("seconds")),
                "COUNT_EACH, 1,000 records/s, 5 partitions",
                List.of(streams("rocksdb", 0), tuned("memory", sizes.get("fast")), fast()));
    }

    private void latency(Latency latency, String title, List<Peer> peers) throws Exception {
        Table<Latency.Seen> table = new Table<>(title, rounds(peers, latency::measure));
        table.column("p50 ms", "%.1f", seen -> seen.millis().median());
        table.column("p99 ms", "%.1f", seen -> seen.millis().at(0.99));
        table.column("greatest ms", "%.1f", seen -> seen.millis().at(1));
        table.column("processors", "%.2f", Latency.Seen::processor);
        table.column("not in time", "%,.0f", Latency.Seen::missing);
        table.print();
    }

    private void start() throws Exception {
        int partitions = sizes.of("partitions");
        long keys = sizes.get("startKeys");
        String from = lab.newTopic("from", partitions);
        Records.write(lab.servers(), from, partitions, keys, number -> number);
        Map<Peer, Start> starts = new LinkedHashMap<>();
        for (Peer peer : List.of(streams("rocksdb", 0), streams("memory", 0), millrace())) {
            starts.put(peer, new Start(lab, partitions, keys, from, peer));
        }
        Table<Start.Taken> table = new Table<>(
                String.format(Locale.ROOT, "start with %,d keys", keys),
                rounds(
                        List.copyOf(starts.keySet()),
                        peer -> Objects.requireNonNull(starts.get(peer)).measure()));
        table.column("first result s", "%.2f", Start.Taken::seconds);
        table.column("of each partition s", "%.2f", Start.Taken::all);
        table.column("processor s", "%.2f", Start.Taken::processor);
        table.print();
    }

    private interface Measurement<T> {
        T measure(Peer peer) throws Exception;
    }

    private <T> Map<Peer, List<T>> rounds(List<Peer> peers, Measurement<T> measurement) throws Exception {
        Map<Peer, List<T>> results = new LinkedHashMap<>();
        for (int round = 0; round < sizes.of("rounds"); round++) {
            for (Peer peer : new LinkedHashSet<>(peers)) {
                results.computeIfAbsent(peer, none -> new ArrayList<>()).add(measurement.measure(peer));
            }
        }
        return results;
    }
}
