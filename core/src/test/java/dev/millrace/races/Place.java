/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.races;

/** A kind of function or method of a program that the engine calls. */
enum Place {
    MAP,
    FILTER,
    FLAT_MAP,
    MAP_PARTITIONS,
    MERGE,
    COMBINER,
    STATE_MAP,
    STATE_UPDATE,
    WINDOW_MERGE,
    WINDOW_INVERSE,
    TRANSFORM,
    FOREACH,
    STAGE,
    PUBLISH,
    DISCARD,
    RETRACT,
    RECEIPTS,
    IS_PUBLISHED,
    WRITE,
    LISTENER,
    ON_START,
    ON_STOP,
    STORE,
    ON_DURABLE,
    SOURCE_OPEN,
    SOURCE_CHOSEN,
    SOURCE_NEXT,
    SOURCE_READ,
    SOURCE_CLOSE,
    TO_STRING,
    ENCODE,
    DECODE;

    /** Whether it is reached once in the life of a program. */
    boolean isReachedOnce() {
        return switch (this) {
            case RETRACT, RECEIPTS, ON_START, ON_STOP, SOURCE_OPEN, SOURCE_CHOSEN, SOURCE_CLOSE -> true;
            default -> false;
        };
    }

    /** Whether it is reached only by a start after a roll back. */
    boolean needsRollback() {
        return this == RETRACT;
    }
}
