/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.operators;

import dev.millrace.internal.codec.ContentHash;
import dev.millrace.internal.lineage.StableHash;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * Estimates how many different values there are, in a number of bytes that does not grow with it: HyperLogLog (Flajolet and others) over
 * 64 bits of hash, with the estimator of Ertl, which needs no tables and is right for small and large numbers alike. The registers are
 * bytes; merging those of parts gives those of the whole, so that the estimate does not depend on how data is partitioned.
 */
public final class HyperLogLog implements Serializable {
    private static final int LEAST_BITS = 4;
    private static final int MOST_BITS = 24;

    private final int bits;
    private transient @Nullable Class<?> known; // one whose hash is not its identity

    /** @throws IllegalArgumentException if the relative standard deviation is none that 16 registers to 16 million give */
    public HyperLogLog(double relativeDeviation) {
        double needed = Math.ceil(2 * Math.log(1.054 / relativeDeviation) / Math.log(2));
        if (!(relativeDeviation > 0) || needed > MOST_BITS) {
            throw new IllegalArgumentException("a relative standard deviation of " + relativeDeviation
                    + "; it must be at least 0.0003, for which 16 MB are needed");
        }
        bits = (int) Math.max(LEAST_BITS, needed);
    }

    public byte[] empty() {
        return new byte[1 << bits];
    }

    public byte[] add(byte[] registers, @Nullable Object value) {
        if (value != null && value.getClass() != known) {
            StableHash.of(value); // which refuses some
            known = value.getClass();
        }
        long hash = ContentHash.withoutSecret(value);
        int register = (int) (hash >>> Long.SIZE - bits);
        int rank = Math.min(Long.numberOfLeadingZeros(hash << bits), Long.SIZE - bits) + 1;
        registers[register] = (byte) Math.max(registers[register], rank);
        return registers;
    }

    /** Adds those of another part. */
    public byte[] merge(byte[] registers, byte[] others) {
        for (int i = 0; i < registers.length; i++) {
            registers[i] = (byte) Math.max(registers[i], others[i]);
        }
        return registers;
    }

    public long estimate(byte[] registers) {
        int largest = Long.SIZE - bits;
        int[] counts = new int[largest + 2];
        for (byte rank : registers) {
            counts[rank]++;
        }
        double size = registers.length;
        double sum = size * ofLargest(1 - counts[largest + 1] / size);
        for (int rank = largest; rank > 0; rank--) {
            sum = (sum + counts[rank]) / 2;
        }
        sum += size * ofEmpty(counts[0] / size);
        return Math.round(size * size / (2 * Math.log(2) * sum));
    }

    /** The share of the empty registers (Ertl's sigma). */
    private static double ofEmpty(double part) {
        if (part == 1) {
            return Double.POSITIVE_INFINITY;
        }
        double power = part;
        double factor = 1;
        double sum = part;
        double before;
        do {
            power *= power;
            before = sum;
            sum += power * factor;
            factor += factor;
        } while (sum != before);
        return sum;
    }

    /** The share of the registers that can grow no more (Ertl's tau). */
    private static double ofLargest(double part) {
        if (part == 0 || part == 1) {
            return 0;
        }
        double root = part;
        double factor = 1;
        double sum = 1 - part;
        double before;
        do {
            root = Math.sqrt(root);
            before = sum;
            factor /= 2;
            sum -= (1 - root) * (1 - root) * factor;
        } while (sum != before);
        return sum / 3;
    }
}
