/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.streaming.StreamingContext;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class JarOfTest {
    @Test
    void shouldFindTheJarOfAClass() {
        String[] jars = StreamingContext.jarOfClass(Test.class);
        assertThat(jars).hasSize(1);
        assertThat(Path.of(jars[0])).isRegularFile();
        assertThat(jars[0]).matches(".*junit.*\\.jar");
        assertThat(new MillraceConf().setJars(jars).get("spark.jars")).isEqualTo(jars[0]);
    }

    @Test
    void shouldHaveNoneForClassesFromElsewhere() {
        assertThat(MillraceContext.jarOfObject("of the JDK")).isEmpty();
        assertThat(MillraceContext.jarOfObject(this)).as("from a directory").isEmpty();
    }
}
