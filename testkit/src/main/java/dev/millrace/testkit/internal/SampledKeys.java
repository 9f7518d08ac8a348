/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.internal;

import dev.millrace.MillraceConf;
import dev.millrace.error.CodecException;
import dev.millrace.internal.codec.DeclaredCodec;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.StableHash;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The first keys of each type and operator, of which is then asked whether a copy in another process is the same key in the same
 * place. Tasks add: synchronized.
 */
final class SampledKeys {
    private static final int MOST = 100;

    private final MillraceConf conf;
    private final Map<Place, List<Object>> samples = new LinkedHashMap<>();

    SampledKeys(MillraceConf conf) {
        this.conf = conf;
    }

    private record Place(Operator operator, Class<?> type) {}

    synchronized void add(Operator operator, Object key) {
        List<Object> sample = samples.computeIfAbsent(new Place(operator, key.getClass()), place -> new ArrayList<>());
        if (sample.size() < MOST) {
            sample.add(key);
        }
    }

    synchronized List<String> findings() {
        List<String> findings = new ArrayList<>();
        Map<Place, List<Object>> toAsk = new LinkedHashMap<>();
        DeclaredCodec codec = new DeclaredCodec(conf);
        samples.forEach((place, keys) -> {
            Optional<String> found = findHere(place, keys, codec);
            found.ifPresent(findings::add);
            if (found.isEmpty()
                    && !place.type().getName().startsWith("java.lang.")) { // whose hashes the language fixes
                toAsk.put(place, keys);
            }
        });
        if (!toAsk.isEmpty()) {
            Iterator<List<Integer>> elsewhere = HashesElsewhere.of(
                            toAsk.values().stream().map(codec::encode).toList(), conf.registeredTypes())
                    .iterator();
            toAsk.forEach((place, keys) -> {
                if (!elsewhere.next().equals(keys.stream().map(StableHash::of).toList())) {
                    findings.add(
                            keysOf(place) + "have another hashCode() in another process, so that one key would be in"
                                    + " several partitions; let hashCode() take what the type holds, name() of an enum, or make it a"
                                    + " record");
                }
            });
        }
        return findings;
    }

    private static Optional<String> findHere(Place place, List<Object> keys, DeclaredCodec codec) {
        for (Object key : keys) {
            Object copy;
            try {
                copy = codec.decode(codec.encode(key));
            } catch (CodecException e) {
                return Optional.of(keysOf(place) + "cannot be sent to another process: " + e.getMessage());
            }
            if (!key.equals(copy) || StableHash.of(key) != StableHash.of(copy)) {
                return Optional.of(
                        keysOf(place) + "are not equal to their copies; let equals() and hashCode() take what"
                                + " the type holds, or make it a record");
            }
        }
        return Optional.empty();
    }

    private static String keysOf(Place place) {
        return "keys of type " + place.type().getName() + " at " + place.operator() + " ";
    }
}
