/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.openrewrite.Recipe;
import org.openrewrite.config.Environment;
import org.openrewrite.java.ChangeType;

/** The lists by which recipes go fit the original, the documentation and this library. */
class ListsTest {
    private static List<ChangeType> changes() {
        List<ChangeType> changes = new ArrayList<>();
        collect(Environment.builder().scanYamlResources().build().activateRecipes(RecipeTest.RECIPE), changes);
        return changes;
    }

    private static void collect(Recipe recipe, List<ChangeType> into) {
        if (recipe instanceof ChangeType change) {
            into.add(change);
        }
        recipe.getRecipeList().forEach(part -> collect(part, into));
    }

    @Test
    void shouldChangeTypesThatAreThereIntoTypesThatAreHere() {
        Set<String> absent = new TreeSet<>();
        Pages.absent().stream()
                .filter(name -> name.type().equals("types"))
                .map(Pages.Absent::name)
                .forEach(absent::add);
        assertThat(changes()).hasSizeGreaterThan(50).allSatisfy(change -> {
            assertThatCode(() -> load(change.getOldFullyQualifiedTypeName())).doesNotThrowAnyException();
            String here = change.getNewFullyQualifiedTypeName();
            if (!absent.contains(here.substring(here.lastIndexOf('.') + 1))) {
                assertThatCode(() -> load(here)).doesNotThrowAnyException();
            }
        });
    }

    private static void load(String type) throws ClassNotFoundException {
        Class.forName(type, false, ListsTest.class.getClassLoader());
    }

    @Test
    void shouldKnowEachTypeOfWhichThePageSaysThatSomethingIsAbsent() {
        assertThat(Pages.absent())
                .hasSizeGreaterThan(20)
                .allSatisfy(name -> assertThat(name.type())
                        .satisfiesAnyOf(
                                type -> assertThat(type).isEqualTo("types"),
                                type -> assertThat(MarkAbsent.types()).contains(type)));
    }

    @Test
    void shouldKnowEachKeyOfTheOriginal() throws IOException {
        List<String> keys = Files.readAllLines(Path.of("../core/src/test/resources/spark-streaming-keys.txt")).stream()
                .filter(line -> !line.startsWith("#"))
                .map(line -> "spark.streaming." + line.split(" ")[0])
                .toList();
        assertThat(keys).hasSizeGreaterThan(40).allSatisfy(key -> {
            assertThat(Keys.isTheirs(key)).isTrue();
            if (Keys.ours(key) == null && Keys.noEffect(key) == null) {
                assertThat(Keys.refusal(key)).doesNotContain("there is no such key");
            }
        });
    }

    @Test
    void shouldReadFormsOfNames() {
        assertThat(Pages.Absent.of("RDD", "coalesce(_, _)", "")).isEqualTo(new Pages.Absent("RDD", "coalesce", 2, ""));
        assertThat(Pages.Absent.of("MillraceContext", "new()", "").is("new", 0)).isTrue();
        assertThat(Pages.Absent.of("RDD", "pipe", "").is("pipe", 3)).isTrue();
    }
}
