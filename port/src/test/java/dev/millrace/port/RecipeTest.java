/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.port;

import org.openrewrite.java.JavaParser;
import org.openrewrite.test.RecipeSpec;
import org.openrewrite.test.RewriteTest;
import org.openrewrite.test.TypeValidation;

/** Runs the whole recipe over sources that are parsed against Spark. */
interface RecipeTest extends RewriteTest {
    String RECIPE = "dev.millrace.port.FromSparkStreaming";
    String[] CLASS_PATH = {
        "spark-core_2.13",
        "spark-streaming_2.13",
        "spark-streaming-kafka-0-10_2.13",
        "spark-common-utils_2.13",
        "spark-common-utils-java_2.13",
        "scala-library",
        "kafka-clients",
        "hadoop-client-api"
    };

    @Override
    default void defaults(RecipeSpec spec) {
        spec.recipeFromResources(RECIPE)
                .parser(JavaParser.fromJavaVersion().classpath(CLASS_PATH))
                .afterTypeValidationOptions(TypeValidation.none()); // our own types are not on the parser's class path
    }
}
