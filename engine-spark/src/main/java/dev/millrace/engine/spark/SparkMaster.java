/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.engine.spark;

import dev.millrace.error.InvalidProgramException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A master as Spark understands it.
 *
 * @param url the master in Spark's form
 * @param threads the threads of a master in this process, or 0 on a cluster
 * @param maxAttempts the number of attempts of a task
 */
record SparkMaster(String url, int threads, int maxAttempts) {
    private static final Pattern LOCAL = Pattern.compile("spark:local(?:\\[(\\*|[1-9][0-9]{0,3})])?");
    private static final Pattern CLUSTER = Pattern.compile("spark://[^,/]+:[0-9]+(,[^,/]+:[0-9]+)*|yarn|k8s://.+");

    static SparkMaster of(String master, int maxAttempts) {
        Matcher local = LOCAL.matcher(master);
        if (local.matches()) {
            int threads = threads(local.group(1) == null ? "1" : local.group(1));
            return new SparkMaster("local[" + threads + "," + maxAttempts + "]", threads, maxAttempts);
        }
        if (CLUSTER.matcher(master).matches()) {
            return new SparkMaster(master, 0, maxAttempts);
        }
        throw new InvalidProgramException(
                "The master cannot be used:",
                List.of("\"" + master + "\" is no Spark master; use spark:local[n], spark:local[*], spark://host:port,"
                        + " yarn or k8s://..."));
    }

    private static int threads(String number) {
        return number.equals("*") ? Runtime.getRuntime().availableProcessors() : Integer.parseInt(number);
    }

    boolean isLocal() {
        return threads > 0;
    }
}
