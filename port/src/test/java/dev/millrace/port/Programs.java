/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.port;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.streaming.StreamingContext;
import dev.millrace.streaming.kafka.KafkaUtils;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.Optional;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.streaming.api.java.JavaStreamingContext;
import org.h2.Driver;
import org.openrewrite.ExecutionContext;
import org.openrewrite.InMemoryExecutionContext;
import org.openrewrite.Recipe;
import org.openrewrite.Result;
import org.openrewrite.SourceFile;
import org.openrewrite.config.Environment;
import org.openrewrite.internal.InMemoryLargeSourceSet;
import org.openrewrite.java.JavaParser;

/** The programs in the test resources: as they are for Spark, ported by the recipe, and compiled. */
final class Programs {
    private static final Recipe RECIPE =
            Environment.builder().scanYamlResources().build().activateRecipes(RecipeTest.RECIPE);

    private Programs() {}

    static String source(String name) {
        try (InputStream in = Programs.class.getResourceAsStream("/programs/" + name + ".java")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The source after the recipe, as a build that runs it would write it. */
    static String ported(String name) {
        ExecutionContext context = new InMemoryExecutionContext(problem -> {
            throw new AssertionError("while porting " + name, problem);
        });
        List<SourceFile> parsed = JavaParser.fromJavaVersion()
                .classpath(RecipeTest.CLASS_PATH)
                .build()
                .parse(context, source(name))
                .toList();
        List<Result> results = RECIPE.run(new InMemoryLargeSourceSet(parsed), context)
                .getChangeset()
                .getAllResults();
        assertThat(results).hasSize(1);
        return results.get(0).getAfter().printAll();
    }

    /** Compiles against Spark; fails with what the compiler says. */
    static void compileForSpark(String name, Path directory) throws IOException {
        String scala = at(scala.Tuple2.class);
        compile(
                name,
                source(name),
                directory,
                Stream.of(
                                SparkConf.class,
                                JavaStreamingContext.class,
                                Function.class,
                                Optional.class,
                                StorageLevel.class,
                                org.apache.spark.streaming.kafka010.KafkaUtils.class,
                                org.apache.hadoop.conf.Configuration.class,
                                Consumer.class)
                        .map(Programs::at)
                        .collect(Collectors.joining(File.pathSeparator, scala + File.pathSeparator, "")));
    }

    /** Compiles against Millrace alone; fails with what the compiler says, and the source. */
    static void compile(String name, String source, Path directory) throws IOException {
        compile(name, source, directory, classPath());
    }

    /** Nothing of Spark is in it. */
    static String classPath() {
        return Stream.of(
                        StreamingContext.class,
                        KafkaUtils.class,
                        Consumer.class,
                        org.slf4j.LoggerFactory.class,
                        Driver.class)
                .map(Programs::at)
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static String at(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    private static void compile(String name, String source, Path directory, String classPath) throws IOException {
        Path file = directory.resolve("programs").resolve(name + ".java");
        Files.createDirectories(file.getParent());
        Files.writeString(file, source);
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter said = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            boolean compiled = compiler.getTask(
                            said,
                            files,
                            null,
                            List.of(
                                    "-d",
                                    directory.toString(),
                                    "-cp",
                                    classPath,
                                    "-proc:none",
                                    "-nowarn",
                                    "-parameters"),
                            null,
                            files.getJavaFileObjects(file))
                    .call();
            assertThat(compiled).as("%s%n%s", said, source).isTrue();
        }
    }
}
