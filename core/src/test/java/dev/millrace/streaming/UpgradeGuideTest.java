/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.CompiledTypes;
import dev.millrace.internal.codec.ValueCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The two versions of docs/guide/upgrading-state-types.md, as they stand there. */
class UpgradeGuideTest {
    @TempDir
    Path directory;

    @Test
    void shouldReadWhatVersionOneOfTheGuideWroteWithVersionTwo() throws IOException {
        String guide = Files.readString(Path.of("../docs/guide/upgrading-state-types.md"));
        List<String> blocks = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
                .matcher(guide)
                .results()
                .map((MatchResult block) -> block.group(1))
                .toList();
        CompiledTypes one = version(
                blocks.get(0),
                "List.of(new Order(\"pen\", 2, \"ann\"), new Total(Kind.SMALL, 3), new Total(Kind.BIG, 4))");
        CompiledTypes two = version(
                blocks.get(1),
                "List.of(new Purchase(\"pen\", 2L, \"eu\"), new Total(Kind.LITTLE, 3L, List.of()),"
                        + " new Total(Kind.BIG, 4L, List.of()))");
        byte[] written = new ValueCodec(List.of(one.all("shop"))).encode(one.call("shop.Value", "value"));
        assertThat(new ValueCodec(List.of(two.all("shop"))).decode(written)).isEqualTo(two.call("shop.Value", "value"));
    }

    private CompiledTypes version(String types, String value) {
        return CompiledTypes.of(
                directory.resolve(Integer.toString(types.length())),
                Map.of("shop", types + "interface Value { static Object value() { return " + value + "; } }"));
    }
}
