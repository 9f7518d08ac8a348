/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

/** Prints the JVM flags that the Spark on the class path asks for; the millrace script keeps them beside that class path. */
final class SparkFlags {
    private SparkFlags() {}

    public static void main(String[] arguments) throws ReflectiveOperationException {
        Object flags = Class.forName("org.apache.spark.launcher.JavaModuleOptions")
                .getMethod("defaultModuleOptions")
                .invoke(null);
        System.out.println(flags);
    }
}
