/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.window;

import dev.millrace.error.CancelledException;
import dev.millrace.error.RefusedException;
import dev.millrace.function.Function2;
import dev.millrace.internal.lineage.BrokenPromise;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.operators.UserCode;
import java.io.Serializable;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The inverse function of one window, for all its partitions. Where it fails the window is right all the same, because it is built
 * anew; but each slide costs the whole window then, so that is counted and warned of.
 */
public final class Inverse<V> implements Serializable {
    private static final long serialVersionUID = 1;

    private final Operator operator;
    private final Function2<V, V, V> function;
    private final AtomicLong failures = new AtomicLong();

    public Inverse(Operator operator, Function2<V, V, V> function) {
        this.operator = operator;
        this.function = function;
    }

    /**
     * @throws WindowContents.InverseFailure if the function throws; then the partition is to be built anew
     */
    V call(V value, V leaving) {
        try {
            return BrokenPromise.merged(function.call(value, leaving));
        } catch (RefusedException | CancelledException | InterruptedException | VirtualMachineError e) {
            throw UserCode.failed(operator, e); // it is not for the function to go wrong or right
        } catch (Throwable e) {
            long count = failures.incrementAndGet();
            if (isPowerOfTen(count)) {
                System.getLogger("dev.millrace.engine")
                        .log(
                                System.Logger.Level.WARNING,
                                "the inverse function of " + operator + " has failed (" + count
                                        + (count == 1 ? " time" : " times") + " so far): " + e
                                        + "; the partition is computed from the whole window instead, which is as right and"
                                        + " costs more; correct the function, or leave it out");
            }
            throw new WindowContents.InverseFailure(e);
        }
    }

    private static boolean isPowerOfTen(long count) {
        long power = 1;
        while (power < count) {
            power *= 10;
        }
        return power == count;
    }
}
