/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.codec.Renamed;
import dev.millrace.error.CodecException;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Classes that are no records: which can be stored, and what is said of those that cannot. */
class ClassShapeTest {
    /** As a Kotlin data class is compiled: final fields, a constructor in their order. */
    static final class Session {
        private final String user;
        private final String page;
        private final int clicks;

        Session(String user, String page, int clicks) {
            this.user = user;
            this.page = page;
            this.clicks = clicks;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Session session
                    && user.equals(session.user)
                    && page.equals(session.page)
                    && clicks == session.clicks;
        }

        @Override
        public int hashCode() {
            return Objects.hash(user, page, clicks);
        }
    }

    static final class Swapped {
        private final int width;
        private final int height;

        Swapped(int height, int width) {
            this.width = width;
            this.height = height;
        }
    }

    static final class Unreachable {
        private final int size;

        Unreachable() {
            size = 1;
        }

        int size() {
            return size;
        }
    }

    sealed interface Event permits Click {}

    static final class Click implements Event {
        int x;
    }

    record Holder(Event event) {}

    @Renamed(from = "Old")
    record One(int x) {}

    @Renamed(from = "Old")
    record Two(int x) {}

    enum Twice {
        A,
        @Renamed(from = "A")
        B
    }

    @Test
    void shouldStoreAClassWithAConstructorOfItsFields() {
        ValueCodec codec = new ValueCodec(List.of(Session.class));
        Session session = new Session("u", "p", 3);
        assertThat(codec.decode(codec.encode(session))).isEqualTo(session);
    }

    @Test
    void shouldStorePermittedClassesOfASealedType() {
        ValueCodec codec = new ValueCodec(List.of(Holder.class));
        Click click = new Click();
        click.x = 5;
        Object read = codec.decode(codec.encode(new Holder(click)));
        assertThat(read)
                .isInstanceOfSatisfying(
                        Holder.class,
                        holder -> assertThat(holder.event())
                                .isInstanceOfSatisfying(
                                        Click.class, one -> assertThat(one.x).isEqualTo(5)));
    }

    @Test
    void shouldNoticeParametersInAnotherOrder() {
        ValueCodec codec = new ValueCodec(List.of(Swapped.class));
        assertThatThrownBy(() -> codec.decode(codec.encode(new Swapped(1, 2))))
                .isInstanceOf(CodecException.class)
                .hasMessage("the constructor of dev.millrace.internal.codec.ClassShapeTest$Swapped does not put its"
                        + " parameters into the fields in their order: width is 1 and was stored as 2; order the parameters"
                        + " as the fields are, or add a constructor without parameters");
    }

    @Test
    void shouldSayWhatIsWrongWithAClassBeforeAndWhenItIsUsed() {
        ValueCodec codec = new ValueCodec(List.of(Unreachable.class));
        String message =
                "the class dev.millrace.internal.codec.ClassShapeTest$Unreachable cannot be stored or sent: it has"
                        + " no constructor Unreachable(int) that takes its fields in their order; add it, or make the class a"
                        + " record";
        assertThat(codec.problems()).containsExactly(message);
        assertThatThrownBy(() -> codec.encode(new Unreachable()))
                .isInstanceOf(CodecException.class)
                .hasMessage(message);
        assertThat(new Unreachable().size()).isEqualTo(1);
    }

    private static final class Failure extends IllegalStateException {
        private static final long serialVersionUID = 1;
    }

    private final class Inner {
        int x;

        ClassShapeTest outer() {
            return ClassShapeTest.this;
        }
    }

    @Test
    void shouldRefuseClassesWithFieldsThatAreNotTheirs() {
        assertThat(new ValueCodec(List.of(Failure.class, Inner.class)).problems())
                .containsExactlyInAnyOrder(
                        "the class dev.millrace.internal.codec.ClassShapeTest$Failure cannot be stored or sent: its"
                                + " superclass java.lang.Throwable is closed to reflection; make it a record",
                        "the class dev.millrace.internal.codec.ClassShapeTest$Inner cannot be stored or sent: it belongs"
                                + " to an object around it; make it static");
        assertThat(new Inner().outer()).isSameAs(this);
    }

    @Test
    void shouldRefuseNamesThatTwoClaim() {
        assertThat(new ValueCodec(List.of(One.class, Two.class)).problems())
                .containsExactly("the types dev.millrace.internal.codec.ClassShapeTest$One and"
                        + " dev.millrace.internal.codec.ClassShapeTest$Two both claim the former name"
                        + " dev.millrace.internal.codec.ClassShapeTest$Old; take @Renamed from one");
        assertThat(new ValueCodec(List.of(Twice.class)).problems())
                .containsExactly(
                        "the constants A and B of the enum dev.millrace.internal.codec.ClassShapeTest$Twice both"
                                + " claim the name A; take it from one");
    }

    @Test
    void shouldSayThatAModuleIsClosed() {
        // a class of the JDK that looks like a user's: its module does not open its package
        assertThatThrownBy(() -> Shape.of(java.util.zip.CRC32.class))
                .isInstanceOf(CodecException.class)
                .hasMessage(
                        "the type java.util.zip.CRC32 cannot be stored or sent: the module java.base does not open its"
                                + " package; write in its module-info: opens java.util.zip;");
    }
}
