/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.internal.changes.ChangeBlock;
import dev.millrace.internal.codec.Schema;
import dev.millrace.internal.codec.Schemas;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.receive.MemoryStore;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A run names the schemas that its entries use and no others, so that one is forgotten with its last value. */
class RunSchemasTest {
    record One(int number) {}

    record Other(String text) {}

    private final ValueCodec codec = new ValueCodec(List.of(One.class, Other.class));
    private final Schemas schemas = new Schemas();
    private final RunFiles files = new RunFiles(new MemoryStore(), schemas);

    private Run run(ChangeBlock block) throws IOException {
        EncodedChanges changes = new EncodedChanges();
        changes.add(block.toBytes(), schemas);
        return files.write(changes.sorted(0));
    }

    private static List<String> typesIn(Run run) {
        Schemas in = new Schemas();
        run.addSchemas(in);
        return in.all().stream().map(Schema::typeName).toList();
    }

    @Test
    void shouldForgetASchemaWithItsLastValue() throws IOException {
        ChangeBlock older = new ChangeBlock(codec);
        older.put("one", new One(1));
        older.put("other", new Other("2"));
        ChangeBlock newer = new ChangeBlock(codec);
        newer.put("one", new Other("3"));
        List<Run> runs = List.of(run(newer), run(older));
        assertThat(typesIn(runs.get(0))).containsExactly(Other.class.getName());
        assertThat(typesIn(runs.get(1))).containsExactlyInAnyOrder(One.class.getName(), Other.class.getName());
        assertThat(typesIn(files.write(RunFiles.merge(runs, true)))).containsExactly(Other.class.getName());
    }
}
