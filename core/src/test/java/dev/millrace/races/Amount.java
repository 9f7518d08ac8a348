/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.races;

/**
 * A number, or the sum of several. What the codec and outputs call can misbehave; what functions of the program call cannot.
 *
 * @param race by which the running life of the program is found
 * @param count of how many numbers
 */
record Amount(int race, long count, long sum) {
    private static final ThreadLocal<Boolean> BY_PROGRAM = new ThreadLocal<>();

    Amount {
        if (BY_PROGRAM.get() == null) {
            Mischief.current(race).at(Place.DECODE);
        }
    }

    static Amount of(int race, long number) {
        return make(race, 1, number);
    }

    private static Amount make(int race, long count, long sum) {
        BY_PROGRAM.set(true);
        try {
            return new Amount(race, count, sum);
        } finally {
            BY_PROGRAM.remove();
        }
    }

    static Amount plus(Amount one, Amount other) {
        return make(one.race, one.count + other.count, one.sum + other.sum);
    }

    static Amount minus(Amount one, Amount other) {
        return make(one.race, one.count - other.count, one.sum - other.sum);
    }

    static String key(Amount number) {
        return key(number.sum);
    }

    static String key(long number) {
        return "k" + number % 5;
    }

    /** The same as {@link #toString}, without mischief. */
    static String text(Amount amount) {
        return amount.count + " " + amount.sum;
    }

    @Override
    public long count() {
        Mischief.current(race).at(Place.ENCODE);
        return count;
    }

    @Override
    public String toString() {
        Mischief.current(race).at(Place.TO_STRING);
        return text(this);
    }
}
