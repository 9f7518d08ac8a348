/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The promises of the module: no run-time dependency, and internals only for its friends by name. */
class ModuleTest {
    private static ModuleDescriptor descriptor() throws IOException {
        try (InputStream in = Files.newInputStream(Path.of("target/classes/module-info.class"))) {
            return ModuleDescriptor.read(in);
        }
    }

    @Test
    void shouldNeedModulesOfTheJdkAloneAtRunTime() throws IOException {
        assertThat(descriptor().requires().stream()
                        .filter(required -> !required.modifiers().contains(ModuleDescriptor.Requires.Modifier.STATIC))
                        .map(ModuleDescriptor.Requires::name))
                .containsExactlyInAnyOrder("java.base", "java.management");
    }

    @Test
    void shouldExportTheApiToAllAndInternalsToFriends() throws IOException {
        Set<String> toAll = descriptor().exports().stream()
                .filter(export -> !export.isQualified())
                .map(ModuleDescriptor.Exports::source)
                .collect(Collectors.toSet());
        assertThat(toAll)
                .containsExactlyInAnyOrder(
                        "dev.millrace",
                        "dev.millrace.codec",
                        "dev.millrace.error",
                        "dev.millrace.function",
                        "dev.millrace.rdd",
                        "dev.millrace.spi",
                        "dev.millrace.streaming",
                        "dev.millrace.streaming.event",
                        "dev.millrace.streaming.receiver");
        Set<String> friends = descriptor().exports().stream()
                .filter(ModuleDescriptor.Exports::isQualified)
                .flatMap(export -> export.targets().stream())
                .collect(Collectors.toSet());
        assertThat(friends).containsExactlyInAnyOrder("dev.millrace.engine.spark", "dev.millrace.testkit");
    }
}
