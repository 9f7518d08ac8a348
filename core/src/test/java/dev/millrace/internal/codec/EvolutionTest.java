/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.CompiledTypes;
import dev.millrace.error.CodecException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every rule of docs/guide/upgrading-state-types.md: what a version wrote, and what the next makes of it. */
class EvolutionTest {
    private static CompiledTypes before;
    private static CompiledTypes after;

    /**
     * A change of types in a package of its own.
     *
     * @param before types with a value {@code new} of the version that wrote
     * @param expected the value in the version that reads, if it is not refused
     * @param details of the change of the type {@code A}
     */
    private record Change(
            String name,
            String before,
            String written,
            String after,
            String expected,
            SchemaChange.Outcome outcome,
            List<String> details) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Change kept(String name, String before, String written, String after, String expected) {
        return new Change(name, before, written, after, expected, SchemaChange.Outcome.KEPT, List.of());
    }

    private static Change migrated(
            String name, String before, String written, String after, String expected, String... details) {
        return new Change(name, before, written, after, expected, SchemaChange.Outcome.MIGRATED, List.of(details));
    }

    private static Change refused(String name, String before, String written, String after, String... details) {
        return new Change(name, before, written, after, "null", SchemaChange.Outcome.REFUSED, List.of(details));
    }

    static Stream<Change> changes() {
        return Stream.of(
                kept(
                        "same",
                        "record A(int x, List<String> y) {}",
                        "new A(1, List.of(\"a\"))",
                        "record A(int x, List<String> y) {}",
                        "new A(1, List.of(\"a\"))"),
                kept(
                        "unused",
                        "record A(int x) {}",
                        "new A(1)",
                        "record A(@Renamed(from = \"z\") @Default(\"7\") int x) {}",
                        "new A(1)"),
                kept("constantadded", "enum A { P, Q }", "A.Q", "enum A { N, P, Q }", "A.Q"),
                kept(
                        "nestedchange",
                        "record A(B b) {} record B(int x) {}",
                        "new A(new B(1))",
                        "record A(B b) {} record B(long x) {}",
                        "new A(new B(1))"),
                kept(
                        "classtorecord",
                        "class A { final int x; A(int x) { this.x = x; } }",
                        "new A(1)",
                        "record A(int x) {}",
                        "new A(1)"),
                migrated(
                        "added",
                        "record A(int x) {}",
                        "new A(1)",
                        "record A(@Default(\"n\") String s, int x, @Default(\"-2\") long l, @Default(\"1.5\") Double d,"
                                + " @Default(\"true\") boolean b, @Default(\"c\") char c, @Default(\"Q\") E e) {}"
                                + " enum E { P, Q }",
                        "new A(\"n\", 1, -2L, 1.5, true, 'c', E.Q)",
                        "component s is added",
                        "component l is added",
                        "component d is added",
                        "component b is added",
                        "component c is added",
                        "component e is added"),
                migrated(
                        "addedempty",
                        "record A(int x) {}",
                        "new A(1)",
                        "record A(int x, List<String> l, SortedMap<String, Long> m, Optional<String> o, @Nullable String s,"
                                + " @Default B b) {} record B(int y) {}",
                        "new A(1, new ArrayList<>(), new TreeMap<>(), Optional.empty(), null, null)",
                        "component l is added",
                        "component m is added",
                        "component o is added",
                        "component s is added",
                        "component b is added"),
                migrated(
                        "removed",
                        "record A(int x, List<Gone> g, int y) {} record Gone(String s, G e) {} enum G { P }",
                        "new A(1, List.of(new Gone(\"a\", G.P)), 2)",
                        "record A(int x, int y) {}",
                        "new A(1, 2)",
                        "component g is removed"),
                migrated(
                        "widened",
                        "record A(byte a, short b, int c, float d, int e, Integer f, int g) {}",
                        "new A((byte) 1, (short) 2, 3, 0.5f, 5, 6, 7)",
                        "record A(short a, int b, long c, double d, double e, int f, Integer g) {}",
                        "new A((short) 1, 2, 3, 0.5, 5, 6, 7)",
                        "component a was byte and is short",
                        "component b was short and is int",
                        "component c was int and is long",
                        "component d was float and is double",
                        "component e was int and is double",
                        "component f was Integer and is int",
                        "component g was int and is Integer"),
                migrated(
                        "widenedinside",
                        "record A(List<Integer> l, Map<Short, Set<Float>> m, Optional<Integer> o, Tuple2<Integer, String> t) {}",
                        "new A(Arrays.asList(1, null), Map.of((short) 2, Set.of(0.5f)), Optional.of(3), Tuple2.of(4, \"s\"))",
                        "record A(List<Long> l, Map<Integer, Set<Double>> m, Optional<Double> o, Tuple2<Long, Object> t) {}",
                        "new A(new ArrayList<>(Arrays.asList(1L, null)), new LinkedHashMap<>(Map.of(2,"
                                + " new LinkedHashSet<>(Set.of(0.5)))), Optional.of(3.0), new Tuple2<>(4L, \"s\"))",
                        "component l was List<Integer> and is List<Long>",
                        "component m was Map<Short, Set<Float>> and is Map<Integer, Set<Double>>",
                        "component o was Optional<Integer> and is Optional<Double>",
                        "component t was dev.millrace.Tuple2<Integer, String> and is dev.millrace.Tuple2<Long, Object>"),
                migrated(
                        "nullbox",
                        "record A(Integer x) {}",
                        "new A(null)",
                        "record A(@Default(\"9\") int x) {}",
                        "new A(9)",
                        "component x was Integer and is int"),
                migrated(
                        "supertype",
                        "record A(List<Integer> l, Integer n) {}",
                        "new A(List.of(1), 2)",
                        "record A(Collection<Number> l, Number n) {}",
                        "new A(new ArrayList<>(List.of(1)), 2)",
                        "component l was List<Integer> and is Collection<Number>",
                        "component n was Integer and is Number"),
                migrated(
                        "reordered",
                        "record A(int x, int y) {}",
                        "new A(1, 2)",
                        "record A(int y, int x) {}",
                        "new A(2, 1)",
                        "components are in another order"),
                migrated(
                        "renamed",
                        "record A(int old, String s) {}",
                        "new A(1, \"s\")",
                        "record A(@Renamed(from = {\"older\", \"old\"}) int x, String s) {}",
                        "new A(1, \"s\")",
                        "component old is now x"),
                migrated(
                        "renamedtypes",
                        "record A(B b, Shape s, List<Color> c) {} record B(int x) {}"
                                + " sealed interface Shape permits Circle {} record Circle(int r) implements Shape {}"
                                + " enum Color { RED }",
                        "new A(new B(1), new Circle(2), List.of(Color.RED))",
                        "record A(B2 b, Form s, List<Colour> c) {} @Renamed(from = \"B\") record B2(int x) {}"
                                + " @Renamed(from = \"Shape\") sealed interface Form permits Round {}"
                                + " @Renamed(from = \"renamedtypes.Circle\") record Round(int r) implements Form {}"
                                + " @Renamed(from = \"Color\") enum Colour { @Renamed(from = \"RED\") CRIMSON }",
                        "new A(new B2(1), new Round(2), new ArrayList<>(List.of(Colour.CRIMSON)))",
                        "component b was renamedtypes.B and is renamedtypes.B2",
                        "component s was renamedtypes.Shape and is renamedtypes.Form",
                        "component c was List<renamedtypes.Color> and is List<renamedtypes.Colour>"),
                migrated(
                        "renamedinterface",
                        "record A(List<Shape> s) {} interface Shape {} record Circle(int r) implements Shape {}",
                        "new A(List.of(new Circle(2)))",
                        "record A(List<Form> s) {} @Renamed(from = \"Shape\") interface Form {} record Circle(int r)"
                                + " implements Form {}",
                        "new A(new ArrayList<>(List.of(new Circle(2))))",
                        "component s was List<renamedinterface.Shape> and is List<renamedinterface.Form>"),
                migrated(
                        "permittedadded",
                        "record A(One s, int x) {} sealed interface S permits One {}"
                                + " record One(int x) implements S {}",
                        "new A(new One(1), 1)",
                        "record A(S s, int x) {} sealed interface S permits One, Two {} record One(int x) implements S {}"
                                + " record Two(int y) implements S {}",
                        "new A(new One(1), 1)",
                        "component s was permittedadded.One and is permittedadded.S"),
                migrated(
                        "generics",
                        "record A(Pair<Integer, String> p) {} record Pair<X, Y>(X x, Y y) {}",
                        "new A(new Pair<>(1, \"s\"))",
                        "record A(Pair<Integer, String> p, @Default(\"0\") int n) {}"
                                + " record Pair<X, Y>(Y y, X x, Optional<X> z) {}",
                        "new A(new Pair<>(\"s\", 1, Optional.empty()), 0)",
                        "component n is added"),
                migrated(
                        "bean",
                        "class A { int x; String s; List<Integer> l; static A of() { A a = new A(); a.x = 1;"
                                + " a.s = \"s\"; a.l = List.of(2); return a; } }",
                        "A.of()",
                        "class A { long x; @Renamed(from = \"s\") String t; List<Long> l; @Default(\"3\") int n;"
                                + " transient int cache = 4; static A of() { A a = new A(); a.x = 1; a.t = \"s\";"
                                + " a.l = new ArrayList<>(List.of(2L)); a.n = 3; return a; } }",
                        "A.of()",
                        "component s is now t",
                        "component x was int and is long",
                        "component l was List<Integer> and is List<Long>",
                        "component n is added"),
                migrated(
                        "dataclass",
                        "final class A { private final int x; private final int y;"
                                + " A(int x, int y) { this.x = x; this.y = y; } }",
                        "new A(1, 2)",
                        "final class A { private final int y; private final int x; @Default(\"3\") private final int z;"
                                + " A(int y, int x, int z) { this.x = x; this.y = y; this.z = z; } }",
                        "new A(2, 1, 3)",
                        "component z is added"),
                migrated(
                        "classes",
                        "class P { final int p; P(int p) { this.p = p; } } class A extends P { final B b;"
                                + " A(int p, B b) { super(p); this.b = b; } } class B { String s; }",
                        "new A(1, new B())",
                        "class P { final long p; P(long p) { this.p = p; } } class A extends P { final B b;"
                                + " A(long p, B b) { super(p); this.b = b; } } class B { String s; }",
                        "new A(1, new B())",
                        "component p was int and is long"),
                refused(
                        "nodefault",
                        "record A(int x) {}",
                        "new A(1)",
                        "record A(int x, int n, String s, Map<String, B> m, B b, E e) {} record B(int y) {} enum E { P }",
                        "component n (int) was not stored and has no default; write: @Default(\"0\") int n",
                        "component s (String) was not stored and has no default; write: @Default(\"\") String s",
                        "component b (nodefault.B) was not stored and has no default; write: @Default B b",
                        "component e (nodefault.E) was not stored and has no default; write: @Default(\"P\") E e"),
                refused(
                        "baddefault",
                        "record A(int x) {}",
                        "new A(1)",
                        "record A(int x, @Default(\"many\") int n, @Default int m, @Default(\"Z\") E e) {} enum E { P }",
                        "component n has @Default(\"many\"), which spells no int; write: @Default(\"0\") int n",
                        "component m has @Default with 0 literals; write: @Default(\"0\") int m",
                        "component e has @Default(\"Z\"), which spells no E; write: @Default(\"P\") E e"),
                refused(
                        "narrowed",
                        "record A(long a, double b, int c, long d, List<Long> e) {}",
                        "new A(1, 2, 3, 4, List.of(5L))",
                        "record A(int a, float b, float c, double d, List<Integer> e) {}",
                        "component a was stored as long and is int now, which cannot hold every value; write: long a",
                        "component b was stored as double and is float now, which cannot hold every value; write: double b",
                        "component c was stored as int and is float now, which cannot hold every value; write: int c",
                        "component d was stored as long and is double now, which cannot hold every value; write: long d",
                        "component e was stored as List<Long> and is List<Integer> now; write: List<Long> e"),
                refused(
                        "typechanged",
                        "record A(String s, Optional<B> o, Set<String> t) {} record B(int x) {}",
                        "new A(\"1\", Optional.of(new B(1)), Set.of())",
                        "record A(int s, B o, List<String> t) {} record B(int x) {}",
                        "component s was stored as String and is int now; write: String s",
                        "component o was stored as Optional<typechanged.B> and is typechanged.B now; write: Optional<B> o",
                        "component t was stored as Set<String> and is List<String> now; write: Set<String> t"),
                refused(
                        "typegone",
                        "record A(B b) {} record B(int x) {}",
                        "new A(new B(1))",
                        "record A(C b) {} record C(int x) {}",
                        "component b was stored as typegone.B and is typegone.C now; write: @Renamed(from ="
                                + " \"typegone.B\") on C, if it is the same type"),
                refused(
                        "gone",
                        "record A(int x) {}",
                        "new A(1)",
                        "record B(int x) {}",
                        "this program declares no such type; declare it with registerTypes(...), or write"
                                + " @Renamed(from = \"gone.A\") on the type that took its place"),
                refused(
                        "kind",
                        "enum A { P }",
                        "A.P",
                        "record A(int x) {}",
                        "it was stored as an enum and is a record or class now; bring an enum back under this name, and"
                                + " give the new type another"),
                refused(
                        "twoclaims",
                        "record A(int old) {}",
                        "new A(1)",
                        "record A(@Renamed(from = \"old\") int x, @Renamed(from = \"old\") int y) {}",
                        "two components claim the stored component old; take @Renamed(from = \"old\") from one of them",
                        "component y (int) was not stored and has no default; write: @Default(\"0\") int y"),
                refused(
                        "supertolower",
                        "record A(S s) {} sealed interface S permits One {} record One(int x) implements" + " S {}",
                        "new A(new One(1))",
                        "record A(One s) {} sealed interface S permits One {} record One(int x) implements S {}",
                        "component s was stored as supertolower.S and is supertolower.One now; write: S s"),
                refused(
                        "noconstructor",
                        "class A { final int x; A(int x) { this.x = x; } }",
                        "new A(1)",
                        "class A { final int x; A() { x = 1; } }",
                        "the class noconstructor.A cannot be stored or sent: it has no constructor A(int) that takes its"
                                + " fields in their order; add it, or make the class a record"));
    }

    @BeforeAll
    static void compile(@TempDir Path directory) {
        Map<String, String> old = new HashMap<>();
        Map<String, String> now = new HashMap<>();
        changes().forEach(change -> {
            old.put(change.name(), change.before() + valueOf(change.written()));
            now.put(change.name(), change.after() + valueOf(change.expected()));
        });
        before = CompiledTypes.of(directory.resolve("before"), old);
        after = CompiledTypes.of(directory.resolve("after"), now);
    }

    private static String valueOf(String expression) {
        return " interface Value { static Object value() { return " + expression + "; } }";
    }

    @ParameterizedTest
    @MethodSource("changes")
    void shouldFollowTheRules(Change change) {
        ValueCodec writer = new ValueCodec(List.of(before.all(change.name())));
        ValueCodec reader = new ValueCodec(List.of(after.all(change.name())));
        Object written = before.call(change.name() + ".Value", "value");
        Schemas schemas = new Schemas();
        byte[] value = writer.encodeValue(written, schemas);
        Schema stored = schemas.all().stream()
                .filter(schema -> schema.typeName().endsWith(".A"))
                .findFirst()
                .orElseThrow();

        assertThat(reader.changeOf(stored))
                .isEqualTo(new SchemaChange(change.outcome(), change.name() + ".A", change.details()));
        if (change.outcome() == SchemaChange.Outcome.REFUSED) {
            assertThat(reader.refuses(schemas)).isTrue();
            String message = "stored values of type " + change.name() + ".A cannot be read: "
                    + String.join("; and ", change.details());
            assertThatThrownBy(() -> reader.decode(writer.encode(List.of(1, written))))
                    .isInstanceOf(CodecException.class)
                    .hasMessage(message);
            assertThatThrownBy(() -> reader.check(value, schemas)).hasMessage(message);
            return;
        }
        Object expected = after.call(change.name() + ".Value", "value");
        for (Object read : List.of(
                reader.decode(writer.encode(written)),
                reader.decodeValue(value, schemas),
                ((List<?>) reader.decode(writer.encode(List.of(written)))).get(0))) {
            assertThat(read).usingRecursiveComparison().withStrictTypeChecking().isEqualTo(expected);
        }
        // what is read and written again is as if it had been made today
        Schemas fresh = new Schemas();
        assertThat(reader.encodeKey(reader.decodeValue(value, schemas), fresh))
                .isEqualTo(reader.encodeKey(expected, fresh));
        // and nothing of the value is lost on the way if nothing changes
        assertThat(writer.decode(writer.encode(written)))
                .usingRecursiveComparison()
                .isEqualTo(written);
    }
}
