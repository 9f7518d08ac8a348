/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.codec;

/** The first byte of an encoded value. Numbers are never reused. */
final class Tag {
    static final int NULL = 0;
    static final int FALSE = 1;
    static final int TRUE = 2;
    static final int BYTE = 3;
    static final int SHORT = 4;
    static final int INT = 5;
    static final int LONG = 6;
    static final int FLOAT = 7;
    static final int DOUBLE = 8;
    static final int CHAR = 9;
    static final int STRING = 10;
    static final int BYTES = 11;
    static final int LIST = 12;
    static final int SET = 13;
    static final int MAP = 14;
    static final int SORTED_SET = 15;
    static final int SORTED_MAP = 16;
    static final int OPTIONAL = 17;
    static final int TUPLE2 = 18;
    static final int TUPLE3 = 19;
    static final int TUPLE4 = 20;
    static final int RECORD = 21;
    static final int ENUM = 22;
    static final int BIG_INTEGER = 23;
    static final int BIG_DECIMAL = 24;
    static final int INSTANT = 25;
    static final int DURATION = 26;
    static final int LOCAL_DATE = 27;
    static final int LOCAL_DATE_TIME = 28;
    static final int UUID = 29;
    static final int BATCH_TIME = 30;
    static final int BROKEN_STRING = 31; // has half a surrogate pair, which UTF-8 cannot say

    private Tag() {}
}
