/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.benchmarks.kafka;

import dev.millrace.benchmarks.Sizes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

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

    private KafkaPeers(Lab lab, Sizes sizes) {
        this.lab = lab;
        this.sizes = sizes;
    }

    public static void main(String[] arguments) throws Exception {
        Sizes sizes;
        try {
            sizes = sizes(arguments);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
            return;
        }
        run(sizes);
    }

    static Sizes sizes(String... arguments) {
        return new Sizes(
                Map.ofEntries(
                        Map.entry("parts", "map,count,latency,realtime,start"),
                        Map.entry("partitions", "8"),
                        Map.entry("records", "4000000"),
                        Map.entry("keys", "1000000"),
                        Map.entry("rounds", "3"),
                        Map.entry("heap", "2g"),
                        Map.entry("interval", "200"),
                        Map.entry("batch", "50000"),
                        Map.entry("tuned", "1000"),
                        Map.entry("rate", "0"),
                        Map.entry("ramp", "50000"),
                        Map.entry("seconds", "20"),
                        Map.entry("warm", "10"),
                        Map.entry("fast", "10"),
                        Map.entry("startKeys", "1000000")),
                arguments);
    }

    private static boolean measures(Sizes sizes, String part) {
        return Set.of(sizes.text("parts").split(",")).contains(part);
    }

    static void run(Sizes sizes) throws Exception {
        System.out.println(sizes);
        try (Lab lab = new Lab()) {
            KafkaPeers peers = new KafkaPeers(lab, sizes);
            if (measures(sizes, "map")) {
                peers.mapFilter();
            }
            if (measures(sizes, "count")) {
                peers.count();
            }
            if (measures(sizes, "latency")) {
                peers.latency();
            }
            if (measures(sizes, "realtime")) {
                peers.realTime();
            }
            if (measures(sizes, "start")) {
                peers.start();
            }
        }
    }

    private Peer millrace() {
        return Peer.millrace(sizes.get("interval"), sizes.get("batch"), sizes.text("heap"));
    }

    private Peer fast() {
        return Peer.millrace(sizes.get("fast"), sizes.get("batch"), sizes.text("heap"));
    }

    /** The other sides; without a tuned interval only those with the defaults. */
    private Peer tuned(String store, long commitMillis) {
        return streams(store, sizes.get("tuned") == 0 ? 0 : commitMillis);
    }

    private Peer streams(String store, long commitMillis) {
        return Peer.streams(store, commitMillis, sizes.text("heap"));
    }

    private void mapFilter() throws Exception {
        long records = sizes.get("records");
        throughput(
                Program.MAP_FILTER,
                records,
                records,
                (long) (records * WARM),
                List.of(streams("memory", 0), tuned("memory", sizes.get("tuned")), millrace()));
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

    private void throughput(Program program, long records, long keys, long first, List<Peer> peers) throws Exception {
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
    }

    private void latency() throws Exception {
        double rate = sizes.get("rate");
        if (rate == 0) {
            Peer base = streams("memory", 0);
            rate = HALF
                    * new Ramp(sizes.get("ramp"))
                            .held(base.name(), each -> latency(each).measure(base));
        }
        latency(
                latency(rate),
                String.format(Locale.ROOT, "MAP_FILTER, %,.0f records/s", rate),
                List.of(streams("memory", 0), tuned("memory", sizes.get("fast")), fast()));
    }

    private Latency latency(double rate) {
        return new Latency(
                lab,
                Program.MAP_FILTER,
                sizes.of("partitions"),
                sizes.get("keys"),
                rate,
                sizes.get("warm"),
                sizes.get("seconds"));
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
