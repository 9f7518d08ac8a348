/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.engine.spark;

import dev.millrace.MillraceConf;
import dev.millrace.error.InvalidProgramException;
import java.util.List;
import java.util.UUID;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.launcher.JavaModuleOptions;
import org.jspecify.annotations.Nullable;

/**
 * The one Spark context of this process, which engines share: the first makes it, the last stops it. A context that the
 * program itself made before is used as it is, and left running. Safe for use by several threads.
 */
final class SharedSpark {
    private static final String OWNER = "spark.millrace.owner";
    private static final System.Logger LOG = System.getLogger("dev.millrace.engine.spark");

    private static @Nullable SharedSpark current;

    private final JavaSparkContext spark;
    private final boolean ours;
    private int users;

    private SharedSpark(JavaSparkContext spark, boolean ours) {
        this.spark = spark;
        this.ours = ours;
    }

    JavaSparkContext spark() {
        return spark;
    }

    static synchronized SharedSpark acquire(SparkMaster master, MillraceConf conf, String appName) {
        SharedSpark shared = current;
        if (shared == null || shared.spark.sc().isStopped()) {
            shared = open(master, conf, appName);
            current = shared;
        } else if (!shared.spark.master().equals(master.url())) {
            throw refused("this process already runs Spark with master " + shared.spark.master() + ", and has room for"
                    + " one Spark context; close its contexts before one with master " + master.url() + " is made");
        }
        shared.users++;
        return shared;
    }

    void release() {
        synchronized (SharedSpark.class) {
            if (--users == 0) {
                current = null;
                if (ours) {
                    spark.stop();
                }
            }
        }
    }

    private static SharedSpark open(SparkMaster master, MillraceConf conf, String appName) {
        if (!Object.class.getModule().isOpen("sun.nio.ch", SharedSpark.class.getModule())) {
            throw refused("Spark needs parts of the JDK opened to it, and this JVM was started without; start it with "
                    + JavaModuleOptions.defaultModuleOptions());
        }
        String owner = UUID.randomUUID().toString();
        SparkContext spark =
                SparkContext.getOrCreate(sparkConf(master, conf, appName).set(OWNER, owner));
        boolean ours = spark.getConf().get(OWNER, "").equals(owner);
        if (!ours) {
            LOG.log(
                    System.Logger.Level.INFO,
                    "using the Spark context of this process, with master {0}",
                    spark.master());
        }
        return new SharedSpark(new JavaSparkContext(spark), ours);
    }

    private static SparkConf sparkConf(SparkMaster master, MillraceConf conf, String appName) {
        SparkConf spark = new SparkConf();
        conf.getAll().forEach((key, value) -> {
            if (key.startsWith("spark.") && !key.startsWith("spark.streaming.")) {
                spark.set(key, value);
            }
        });
        spark.setMaster(master.url());
        spark.setIfMissing("spark.app.name", appName);
        spark.setIfMissing("spark.task.maxFailures", Integer.toString(master.maxAttempts()));
        spark.setIfMissing(
                "spark.locality.wait", "0s"); // a batch is short: any free core now beats the right one later
        spark.setIfMissing("spark.ui.showConsoleProgress", "false");
        spark.setIfMissing(
                "spark.serializer.extraDebugInfo",
                "false"); // its debugger opens what newer JDKs keep closed; we name the operator
        if (master.isLocal()) {
            spark.setIfMissing("spark.ui.enabled", "false");
            spark.setIfMissing("spark.driver.host", "127.0.0.1");
            spark.setIfMissing("spark.driver.bindAddress", "127.0.0.1");
            spark.setIfMissing("spark.default.parallelism", Integer.toString(master.threads()));
            // History that nobody looks at would otherwise be most of the heap of a long run.
            spark.setIfMissing("spark.ui.retainedJobs", "20");
            spark.setIfMissing("spark.ui.retainedStages", "20");
            spark.setIfMissing("spark.ui.retainedTasks", "200");
        }
        return spark;
    }

    private static InvalidProgramException refused(String problem) {
        return new InvalidProgramException("The master cannot be used:", List.of(problem));
    }
}
