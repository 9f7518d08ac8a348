/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.random;

/** The operations of random programs. In the text, {@code $1} and {@code $2} are a step's parameters. */
public enum Operation {
    MULTIPLY(Kind.NUMBERS, Kind.NUMBERS, "map(n -> n * ($1 + 1) % 97)"),
    REPEAT(Kind.NUMBERS, Kind.NUMBERS, "flatMap(n -> floorMod(n, 3) times n)"),
    FILTER(Kind.NUMBERS, Kind.NUMBERS, "filter(n -> floorMod(n, $1 + 1) != 0)"),
    MAP_PARTITIONS(Kind.NUMBERS, Kind.NUMBERS, "mapPartitions(all -> each n of all, minus $1)"),
    GLOM(Kind.NUMBERS, Kind.NUMBERS, "glom().flatMap(list -> all of list)"),
    TO_WORDS(Kind.NUMBERS, Kind.WORDS, "map(n -> \"w\" + n % $1)"),
    LENGTH(Kind.WORDS, Kind.NUMBERS, "map(word -> word.length() + $1)"),
    LETTERS(Kind.WORDS, Kind.WORDS, "flatMap(word -> letters of word)"),
    KEY_NUMBERS(Kind.NUMBERS, Kind.PAIRS, "mapToPair(n -> (\"k\" + n % $1, n))"),
    KEY_EACH(Kind.NUMBERS, Kind.PAIRS, "mapToPair(n -> (\"n\" + n, n + $1))"),
    KEY_WORDS(Kind.WORDS, Kind.PAIRS, "mapToPair(word -> (word, $1))"),
    KEY_LETTERS(Kind.WORDS, Kind.PAIRS, "flatMapToPair(word -> (letter, $1) for each letter of word)"),
    KEYS(Kind.PAIRS, Kind.WORDS, "map(pair -> pair._1())"),
    VALUES(Kind.PAIRS, Kind.NUMBERS, "map(pair -> pair._2())"),
    MAP_VALUES(Kind.PAIRS, Kind.PAIRS, "mapValues(n -> n + $1)"),
    FILTER_PAIRS(Kind.PAIRS, Kind.PAIRS, "filter(pair -> floorMod(pair._2(), $1 + 1) != 0)"),
    SUM(Kind.PAIRS, Kind.PAIRS, "reduceByKey((a, b) -> a + b, $1)"),
    MAX(Kind.PAIRS, Kind.PAIRS, "reduceByKey((a, b) -> max(a, b))"),
    UNION_NUMBERS(Kind.NUMBERS, Kind.NUMBERS, "union"),
    UNION_PAIRS(Kind.PAIRS, Kind.PAIRS, "union"),
    WINDOW_WORDS(Kind.WORDS, Kind.WORDS, "window($1 slides, $2 slides)"),
    WINDOW_PAIRS(Kind.PAIRS, Kind.PAIRS, "window($1 slides, $2 slides)"),
    COUNT_BY_VALUE(Kind.WORDS, Kind.PAIRS, "countByValue($1)"),
    GROUP(Kind.PAIRS, Kind.PAIRS, "groupByKey($1), as size and sum of values"),
    COMBINE(Kind.PAIRS, Kind.PAIRS, "combineByKey(..., $1), as size and sum of values"),
    PERSIST(Kind.PAIRS, Kind.PAIRS, "persist().mapValues(n -> n)"),
    COUNT(Kind.NUMBERS, Kind.NUMBERS, "count()"),
    REDUCE(Kind.NUMBERS, Kind.NUMBERS, "reduce((a, b) -> max(a, b))"),
    COUNT_WINDOW(Kind.NUMBERS, Kind.NUMBERS, "countByWindow($1 slides, $2 slides)"),
    MAX_OF_WINDOW(Kind.NUMBERS, Kind.NUMBERS, "reduceByWindow((a, b) -> max(a, b), $1 slides, $2 slides)"),
    SUM_OF_WINDOW(Kind.NUMBERS, Kind.NUMBERS, "reduceByWindow((a, b) -> a + b, (a, b) -> a - b, $1 slides, $2 slides)"),
    COUNT_VALUE_WINDOW(Kind.WORDS, Kind.PAIRS, "countByValueAndWindow($1 slides, $2 slides, $1)"),
    MAX_WINDOW(Kind.PAIRS, Kind.PAIRS, "reduceByKeyAndWindow((a, b) -> max(a, b), $1 slides, $2 slides, $1)"),
    SUM_WINDOW(Kind.PAIRS, Kind.PAIRS, "reduceByKeyAndWindow((a, b) -> a + b, (a, b) -> a - b, $1 slides, $2 slides)"),
    SUM_WINDOW_FILTERED(
            Kind.PAIRS,
            Kind.PAIRS,
            "reduceByKeyAndWindow((a, b) -> a + b, (a, b) -> a - b, $1 slides, $2 slides, $1, floorMod(it, $1 + 1) != 0)"),
    GROUP_WINDOW(Kind.PAIRS, Kind.PAIRS, "groupByKeyAndWindow($1 slides, $2 slides, $1), as size and sum of values"),
    STATE(
            Kind.PAIRS,
            Kind.PAIRS,
            "updateStateByKey((values, state) -> state + sum(values), dropped if floorMod(it, $1 + 2) == 0)"),
    MAP_WITH_STATE(
            Kind.PAIRS,
            Kind.PAIRS,
            "mapWithState((value, state) -> sums, except of multiples of $1 + 1; sum at timeout, $1 - 1 slides and a half)"),
    SNAPSHOTS(
            Kind.PAIRS,
            Kind.PAIRS,
            "mapWithState((value, state) -> sums, except of multiples of $1 + 1; timeout $1 slides).stateSnapshots()"),
    STATE_OF_KEY(
            Kind.PAIRS,
            Kind.PAIRS,
            "updateStateByKey((batch, key, values, state) -> state + sum(values) + key.length(), dropped if"
                    + " floorMod(batch + key.length(), $1 + 2) == 0)"),
    STATE_FROM(
            Kind.PAIRS,
            Kind.PAIRS,
            "updateStateByKey((values, state) -> state + sum(values), dropped if floorMod(it, $1 + 2) == 0, $1,"
                    + " from some initial state)"),
    MAP_FROM(
            Kind.PAIRS,
            Kind.PAIRS,
            "mapWithState((batch, key, value, state) -> sums, removed if floorMod(batch + key.length(), $1 + 1) == 0;"
                    + " sum at timeout, $1 slides, in $2 partitions, from some initial state)"),
    STATE_IN_PLACE(
            Kind.PAIRS,
            Kind.PAIRS,
            "updateStateByKey((values, tally) -> tally, changed in place: plus sum(values), older without values, dropped if"
                    + " floorMod(it, $1 + 2) == 0), whose tasks fail at times"),
    MAP_IN_PLACE(
            Kind.PAIRS,
            Kind.PAIRS,
            "mapWithState((value, tally) -> tally, changed in place without an update; tally at timeout, $1 slides), whose"
                    + " tasks fail at times"),
    QUARANTINE_IN_PLACE(
            Kind.PAIRS,
            Kind.PAIRS,
            "mapWithState((value, tally) -> tally, changed in place), putting aside multiples of $1 + 1 after the change;"
                    + " tally at timeout, $1 slides"),
    QUARANTINE(
            Kind.NUMBERS,
            Kind.NUMBERS,
            "map(n -> 60 / floorMod(n, $1 + 1)), putting aside where that throws; persisted if $1 is even"),
    QUARANTINE_STATE(
            Kind.PAIRS,
            Kind.PAIRS,
            "mapWithState((value, state) -> sums), putting aside multiples of $1 + 1; sum at timeout, $1 slides"),
    TRANSFORM(Kind.NUMBERS, Kind.NUMBERS, "transform(rdd -> rdd.map(n -> n + rdd.count() % $1))"),
    TRANSFORM_PAIRS(Kind.PAIRS, Kind.PAIRS, "transformToPair(rdd -> rdd.reduceByKey((a, b) -> min(a, b)))"),
    PARTITIONS_TO_PAIR(Kind.NUMBERS, Kind.PAIRS, "mapPartitionsToPair(numbers -> (\"k\" + n % $1, n) of each)"),
    REPARTITION(Kind.NUMBERS, Kind.NUMBERS, "repartition($1)"),
    REPEAT_VALUES(Kind.PAIRS, Kind.PAIRS, "flatMapValues(n -> floorMod(n, 3) times n)"),
    JOIN(Kind.PAIRS, Kind.PAIRS, "join in $1 partitions, both values as one,"),
    LEFT_JOIN(Kind.PAIRS, Kind.PAIRS, "leftOuterJoin, both values as one,"),
    RIGHT_JOIN(Kind.PAIRS, Kind.PAIRS, "rightOuterJoin in $1 partitions, both values as one,"),
    FULL_JOIN(Kind.PAIRS, Kind.PAIRS, "fullOuterJoin, both values as one,"),
    COGROUP(Kind.PAIRS, Kind.PAIRS, "cogroup in $1 partitions, as sizes and sums of values,"),
    JOIN_OF_SUMS(
            Kind.PAIRS,
            Kind.PAIRS,
            "reduceByKey((a, b) -> a + b).join of the same over the other, both values as one,"),
    JOIN_WINDOWS(
            Kind.PAIRS,
            Kind.PAIRS,
            "window($1 slides, $2 slides).join of window(3 slides, $2 slides), both values as one,"),
    FULL_JOIN_WINDOWS(
            Kind.PAIRS,
            Kind.PAIRS,
            "window(2 slides, $2 slides).fullOuterJoin of window($1 slides, $2 slides) in $1 partitions, both values as one,"),
    JOIN_TABLE(Kind.PAIRS, Kind.PAIRS, "transformToPair(rdd -> rdd.leftOuterJoin(table, $1)), both values as one"),
    SUBTRACT(Kind.PAIRS, Kind.PAIRS, "transformWithToPair((rdd, other, time) -> rdd.subtractByKey(other, $1))"),
    TRANSFORM_WITH(
            Kind.NUMBERS, Kind.NUMBERS, "transformWith((rdd, other, time) -> rdd.map(n -> n + other.count() % $1))"),
    TRANSFORM_BOTH(Kind.NUMBERS, Kind.NUMBERS, "transform of this and another, (rdds, time) -> the union of both"),
    TRANSFORM_BY_TIME(Kind.PAIRS, Kind.PAIRS, "transformToPair((rdd, batch) -> rdd.mapValues(n -> n + batch))"),
    DISTINCT(Kind.WORDS, Kind.WORDS, "transform(rdd -> rdd.distinct($1))"),
    INTERSECTION(Kind.WORDS, Kind.WORDS, "transformWith((rdd, other, time) -> rdd.intersection(other))"),
    INDEX(Kind.WORDS, Kind.PAIRS, "transformToPair(rdd -> rdd.sortBy(word -> word, true, $1).zipWithIndex())"),
    AGGREGATE(Kind.PAIRS, Kind.PAIRS, "transformToPair(rdd -> rdd.aggregateByKey(0, $1, size and sum of values))"),
    SORTED(Kind.PAIRS, Kind.PAIRS, "transformToPair(rdd -> rdd.reduceByKey((a, b) -> a + b).sortByKey($1 is odd, $1))"),
    BROADCAST(Kind.NUMBERS, Kind.NUMBERS, "map(n -> n + what a broadcast list has at floorMod(n, 3))"),
    STATE_OF_KEY_FROM(
            Kind.PAIRS,
            Kind.PAIRS,
            "updateStateByKey((batch, key, values, state) -> state + sum(values) + key.length(), dropped if"
                    + " floorMod(batch + key.length(), $1 + 2) == 0, $1, from some initial state)"),
    MAP_EACH(Kind.PAIRS, Kind.PAIRS, "mapWithState((key, value, state) -> value, counted)");

    private final Kind takes;
    private final Kind gives;
    private final String text;

    Operation(Kind takes, Kind gives, String text) {
        this.takes = takes;
        this.gives = gives;
        this.text = text;
    }

    public Kind takes() {
        return takes;
    }

    public Kind gives() {
        return gives;
    }

    /** The number of streams that it takes. */
    public int arity() {
        return switch (this) {
            case UNION_NUMBERS,
                    UNION_PAIRS,
                    JOIN,
                    LEFT_JOIN,
                    RIGHT_JOIN,
                    FULL_JOIN,
                    COGROUP,
                    JOIN_OF_SUMS,
                    JOIN_WINDOWS,
                    FULL_JOIN_WINDOWS,
                    SUBTRACT,
                    INTERSECTION,
                    TRANSFORM_WITH,
                    TRANSFORM_BOTH -> 2;
            default -> 1;
        };
    }

    public boolean isWindow() {
        return switch (this) {
            case WINDOW_WORDS,
                    WINDOW_PAIRS,
                    COUNT_WINDOW,
                    MAX_OF_WINDOW,
                    SUM_OF_WINDOW,
                    COUNT_VALUE_WINDOW,
                    MAX_WINDOW,
                    SUM_WINDOW,
                    SUM_WINDOW_FILTERED,
                    GROUP_WINDOW,
                    JOIN_WINDOWS,
                    FULL_JOIN_WINDOWS -> true;
            default -> false;
        };
    }

    /** Returns whether it takes the same in less time if it is given the inverse of its merge function. */
    boolean hasInverse() {
        return this == SUM_OF_WINDOW || this == SUM_WINDOW || this == SUM_WINDOW_FILTERED;
    }

    /** Returns whether the default parallelism says in how many partitions its result is, and so in which order. */
    boolean isPartitionedByDefault() {
        return switch (this) {
            case MAX,
                    SUM_WINDOW,
                    STATE,
                    STATE_OF_KEY,
                    MAP_EACH,
                    INTERSECTION,
                    STATE_IN_PLACE,
                    MAP_WITH_STATE,
                    MAP_IN_PLACE,
                    SNAPSHOTS,
                    QUARANTINE_STATE,
                    QUARANTINE_IN_PLACE,
                    TRANSFORM_PAIRS,
                    LEFT_JOIN,
                    FULL_JOIN,
                    JOIN_OF_SUMS,
                    JOIN_WINDOWS -> true;
            default -> false;
        };
    }

    /** Returns whether what it gives is in the order of what it takes, on every engine. */
    boolean keepsOrder() {
        return switch (this) {
            case MULTIPLY,
                    REPEAT,
                    FILTER,
                    MAP_PARTITIONS,
                    GLOM,
                    TO_WORDS,
                    LENGTH,
                    LETTERS,
                    KEY_NUMBERS,
                    KEY_EACH,
                    KEY_WORDS,
                    KEY_LETTERS,
                    KEYS,
                    VALUES,
                    MAP_VALUES,
                    FILTER_PAIRS,
                    UNION_NUMBERS,
                    UNION_PAIRS,
                    WINDOW_WORDS,
                    WINDOW_PAIRS,
                    PERSIST,
                    QUARANTINE,
                    TRANSFORM,
                    TRANSFORM_BY_TIME,
                    BROADCAST,
                    PARTITIONS_TO_PAIR,
                    REPEAT_VALUES,
                    TRANSFORM_WITH,
                    TRANSFORM_BOTH -> true;
            default -> false;
        };
    }

    /** Returns whether its result has one order whatever that of what it takes. */
    boolean sorts() {
        return this == INDEX || this == SORTED;
    }

    /** Returns whether it keeps state by key. */
    public boolean isState() {
        return switch (this) {
            case STATE,
                    STATE_OF_KEY,
                    STATE_OF_KEY_FROM,
                    MAP_EACH,
                    STATE_FROM,
                    STATE_IN_PLACE,
                    MAP_WITH_STATE,
                    MAP_FROM,
                    MAP_IN_PLACE,
                    SNAPSHOTS,
                    QUARANTINE_STATE,
                    QUARANTINE_IN_PLACE -> true;
            default -> false;
        };
    }

    /** Returns whether it puts records aside. */
    public boolean putsAside() {
        return this == QUARANTINE || this == QUARANTINE_STATE || this == QUARANTINE_IN_PLACE;
    }

    /** How much it can multiply the number of records, so that a program has few of them; 0 is not at all. */
    int growth() {
        return switch (this) {
            case JOIN, LEFT_JOIN, RIGHT_JOIN, FULL_JOIN -> 2;
            case JOIN_WINDOWS, FULL_JOIN_WINDOWS -> 3;
            case COGROUP, JOIN_OF_SUMS, SUBTRACT, INTERSECTION, TRANSFORM_WITH -> 0;
            case REPEAT, REPEAT_VALUES, JOIN_TABLE -> 1;
            default -> isWindow() || arity() == 2 ? 1 : 0;
        };
    }

    String text() {
        return text;
    }
}
