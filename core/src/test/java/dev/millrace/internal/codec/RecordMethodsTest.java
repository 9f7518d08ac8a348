/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.CapturedLog;
import dev.millrace.CompiledTypes;
import dev.millrace.Tuple2;
import dev.millrace.error.RefusedException;
import dev.millrace.internal.lineage.StableHash;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Constructor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which methods of a record are the compiler's is read from its class file. */
class RecordMethodsTest {
    private static final String EQUALS =
            "public boolean equals(Object other) { return other instanceof %s that && that.id == id; } ";
    private static final String HASH = "public int hashCode() { return id; } ";
    private static final Map<String, String> SOURCES = Map.of(
            "keys",
            "record Plain(int id, String text) {} record Empty() {} record Generic<T>(T id, List<T> more) {}"
                    + " record OwnEquals(int id, String text) { " + EQUALS.formatted("OwnEquals") + "}"
                    + " record OwnHash(int id, String text) { " + HASH + "}"
                    + " record OwnBoth(int id, String text) { " + EQUALS.formatted("OwnBoth") + HASH + "}"
                    + " record Other(int id) { public boolean equals(Other other) { return false; }"
                    + " public int hashCode(int more) { return more; } }"
                    + " record Large(long id, double d) { static final long L = 1L << 40; static final double D = 0.1;"
                    + " Large { Runnable run = () -> System.out.println(\"\u00e9\" + id + L + D); run.hashCode(); } }");

    @TempDir
    Path directory;

    private static String methods(Class<?> type) {
        RecordMethods methods = RecordMethods.of(type);
        return (methods.known() ? "" : "unknown ")
                + (methods.generatedEquals() ? "equals " : "")
                + (methods.generatedHashCode() ? "hashCode" : "");
    }

    @Test
    void shouldTellTheMethodsThatTheCompilerMade() {
        CompiledTypes types = CompiledTypes.of(directory, SOURCES);
        assertThat(methods(types.type("keys.Plain"))).isEqualTo("equals hashCode");
        assertThat(methods(types.type("keys.Empty"))).isEqualTo("equals hashCode");
        assertThat(methods(types.type("keys.Generic"))).isEqualTo("equals hashCode");
        assertThat(methods(types.type("keys.Other"))).isEqualTo("equals hashCode");
        assertThat(methods(types.type("keys.Large"))).isEqualTo("equals hashCode");
        assertThat(methods(types.type("keys.OwnEquals"))).isEqualTo("hashCode");
        assertThat(methods(types.type("keys.OwnHash"))).isEqualTo("equals ");
        assertThat(methods(types.type("keys.OwnBoth"))).isEmpty();
        assertThat(methods(Tuple2.class)).isEqualTo("equals hashCode");
    }

    /** Has classes whose files nobody else can have, as those that are made at run time. */
    private static final class SecretLoader extends ClassLoader {
        private final ClassLoader files;

        SecretLoader(ClassLoader files) {
            super(RecordMethodsTest.class.getClassLoader());
            this.files = files;
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            try (InputStream in = files.getResourceAsStream(name.replace('.', '/') + ".class")) {
                byte[] bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }

    private static Object make(Class<?> type, Object... arguments) throws ReflectiveOperationException {
        Constructor<?> constructor = type.getDeclaredConstructors()[0];
        constructor.setAccessible(true);
        return constructor.newInstance(arguments);
    }

    @Test
    void shouldWatchRecordsWhoseClassFileIsNotToBeHad() throws Exception {
        ClassLoader files =
                CompiledTypes.of(directory, SOURCES).type("keys.Plain").getClassLoader();
        SecretLoader secret = new SecretLoader(files);
        CapturedLog log = new CapturedLog("dev.millrace.engine");
        try {
            Class<?> plain = secret.loadClass("keys.Plain");
            assertThat(methods(plain)).isEqualTo("unknown ");
            Object key = make(plain, 1, "a");
            KeyIdentity.entered(List.of(key));
            KeyIdentity.met(List.of(key), List.of(make(plain, 1, "a")));
            assertThat(StableHash.of(key)).isEqualTo(key.hashCode());
            Class<?> own = secret.loadClass("keys.OwnBoth");
            KeyIdentity.entered(make(own, 1, "a"));
            assertThatThrownBy(() -> KeyIdentity.met(make(own, 1, "a"), make(own, 1, "b")))
                    .isInstanceOf(RefusedException.class)
                    .hasMessage(
                            "the key OwnBoth[id=1, text=b] cannot be kept from batch to batch: it is equal to the key"
                                    + " OwnBoth[id=1, text=a], from which it differs in what is stored; let equals compare all that"
                                    + " is stored, or map to a key that has just what equals compares");
            assertThat(log.messages()).hasSize(2);
            assertThat(log.messages().get(0))
                    .isEqualTo(
                            "the class file of the record keys.Plain cannot be read, so nobody can tell whether its equals and"
                                    + " hashCode are its own: keys of this type are placed by its hashCode, and those that are kept"
                                    + " from batch to batch are compared by component whenever two are equal");
        } finally {
            log.close();
        }
    }

    /** The compiler of Kotlin writes out what that of Java leaves to the run time; nobody can take it out of the source. */
    @Test
    void shouldWatchRecordsOfKotlin() throws Exception {
        CompiledTypes types = CompiledTypes.of(
                directory,
                Map.of(
                        "kotlin",
                        "@java.lang.annotation.Retention(java.lang.annotation.RetentionPolicy.RUNTIME) @interface Metadata {}"
                                + " @Metadata record Kept(int id, String text) {"
                                + " public boolean equals(Object other) { return other instanceof Kept that && that.id == id"
                                + " && that.text.equals(text); } public int hashCode() { return id * 31 + text.hashCode(); } }"
                                + " @Metadata record ById(int id, String text) { " + EQUALS.formatted("ById") + HASH
                                + "}"));
        Class<?> kept = types.type("kotlin.Kept");
        Class<?> byId = types.type("kotlin.ById");
        try (CapturedLog log = new CapturedLog("dev.millrace.engine")) {
            assertThat(methods(kept)).isEqualTo("unknown ");
            KeyIdentity.entered(make(kept, 1, "a"));
            KeyIdentity.met(make(kept, 1, "a"), make(kept, 1, "a"));
            assertThatThrownBy(() -> KeyIdentity.met(make(byId, 1, "a"), make(byId, 1, "b")))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining(
                            "it is equal to the key ById[id=1, text=a], from which it differs in what is stored");
            assertThat(log.messages()).isEmpty();
        }
    }

    @Test
    void shouldPlaceARecordByTheHashThatItDeclares() throws Exception {
        CompiledTypes types = CompiledTypes.of(directory, SOURCES);
        assertThat(StableHash.of(make(types.type("keys.Plain"), 3, "a"))).isEqualTo(3 * 31 + "a".hashCode());
        assertThat(StableHash.of(make(types.type("keys.OwnHash"), 3, "a"))).isEqualTo(3);
        assertThat(StableHash.of(make(types.type("keys.OwnBoth"), 3, "a"))).isEqualTo(3);
    }

    enum Color {
        RED {
            @Override
            public String toString() {
                return "r";
            }
        },
        BLUE
    }

    record Colored(Color color, int number) {
        @Override
        public int hashCode() {
            return color.name().hashCode() + number;
        }
    }

    @Test
    void shouldWarnOfAHashThatMayBeAnIdentity() {
        CapturedLog log = new CapturedLog("dev.millrace.engine");
        try {
            assertThat(StableHash.of(Color.RED)).isEqualTo("RED".hashCode());
            assertThat(StableHash.of(new Colored(Color.BLUE, 1))).isEqualTo("BLUE".hashCode() + 1);
            assertThat(StableHash.of(new Colored(Color.BLUE, 2))).isEqualTo("BLUE".hashCode() + 2);
            assertThat(log.messages())
                    .containsExactly("keys of type " + Colored.class.getName()
                            + " are placed by the hashCode() that it declares. If that takes the"
                            + " hashCode() of the enum in color, which is another in every process, equal keys go to different partitions"
                            + " on other machines; take the hash of name(), or leave equals and hashCode to a record");
        } finally {
            log.close();
        }
    }
}
