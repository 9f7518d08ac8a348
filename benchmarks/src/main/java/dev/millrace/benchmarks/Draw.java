/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.benchmarks;

import java.util.SplittableRandom;

/** A way to draw keys. */
public enum Draw {
    /** Each key as often as any other. */
    UNIFORM {
        @Override
        long next(SplittableRandom random, long keys) {
            return random.nextLong(keys);
        }
    },

    /** The key of rank n about 1/n as often as the first; ranks are scattered over the numbers of the keys. */
    ZIPF {
        @Override
        long next(SplittableRandom random, long keys) {
            long rank = (long) Math.pow(keys + 1.0, random.nextDouble()) - 1;
            return rank * SCATTER % keys;
        }
    };

    private static final long SCATTER = 7_919_993; // a prime, so that no two ranks share a key

    /** The number of a key, from 0 to before {@code keys}. */
    abstract long next(SplittableRandom random, long keys);
}
