/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.state;

import dev.millrace.internal.changes.ChangeBlock.Change;
import dev.millrace.internal.codec.LocalValues;
import dev.millrace.internal.runs.RunCursor;
import dev.millrace.internal.runs.RunOrder;

/** The entries of a table that is being loaded, as entries of a run, in the order in which they have come. One thread. */
final class TableCursor extends RunCursor {
    private final StateTable<?, ?> table;
    private final ArrivalOrder order;
    private final LocalValues values;
    private int next;

    TableCursor(StateTable<?, ?> table, ArrivalOrder order, LocalValues values) {
        this.table = table;
        this.order = order;
        this.values = values;
    }

    @Override
    public boolean next() {
        if (next == table.end()) {
            return false;
        }
        change = Change.PUT;
        keyArray = values.encodeKey(table.key(next));
        keyTo = keyArray.length;
        sorted = values.isSorted();
        position = RunOrder.position(keyArray, 0, keyTo);
        valueArray = StateForm.encoded(table.value(next), values);
        valueTo = valueArray.length;
        arrival = order.arrival(next);
        touched = table.touched(next);
        next++;
        return true;
    }
}
