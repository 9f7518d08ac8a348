/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

/**
 * The name and type of a keyed state. The name is the state's identity in a checkpoint; the type, with the records and
 * enums that its components name, is declared to the codec.
 *
 * @param name unique in the program
 * @param type the class of the state: a string, box, record, enum, java.time value, collection, or class with fields
 */
public record StateType<S>(String name, Class<S> type) {
    public static <S> StateType<S> of(String name, Class<S> type) {
        return new StateType<>(name, type);
    }
}
